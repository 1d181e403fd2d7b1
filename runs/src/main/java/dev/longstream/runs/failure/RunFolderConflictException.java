package dev.longstream.runs.failure;

/** The run folder belongs to a run of another configuration. */
public final class RunFolderConflictException extends RuntimeException {
    /** @param message the folder, the keys that differ, and what to do */
    public RunFolderConflictException(String message) {
        super(message);
    }
}
