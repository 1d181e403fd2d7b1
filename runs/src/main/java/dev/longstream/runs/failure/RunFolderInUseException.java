package dev.longstream.runs.failure;

/** Thrown when another process uses the run folder. */
public final class RunFolderInUseException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message the folder, and what to do
     */
    public RunFolderInUseException(String message) {
        super(message);
    }
}
