package dev.longstream.runs.failure;

/** Thrown when a run makes no progress any more. */
public final class RunStalledException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message the stage that does not continue, and what to do
     */
    public RunStalledException(String message) {
        super(message);
    }
}
