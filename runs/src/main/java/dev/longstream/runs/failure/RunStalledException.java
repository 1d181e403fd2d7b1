package dev.longstream.runs.failure;

/** A run makes no progress any more. */
public final class RunStalledException extends RuntimeException {
    /** @param message the stage that does not go on, and what to do */
    public RunStalledException(String message) {
        super(message);
    }
}
