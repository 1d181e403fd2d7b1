package dev.longstream.runs.failure;

/** Thrown when the run folder belongs to a run with another configuration. */
public final class RunFolderConflictException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message the folder, the keys that differ, and what to do
     */
    public RunFolderConflictException(String message) {
        super(message);
    }
}
