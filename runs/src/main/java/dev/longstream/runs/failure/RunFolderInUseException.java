package dev.longstream.runs.failure;

/** Another process works in the run folder. */
public final class RunFolderInUseException extends RuntimeException {
    /** @param message the folder, and what to do */
    public RunFolderInUseException(String message) {
        super(message);
    }
}
