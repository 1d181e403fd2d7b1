package dev.longstream.runs.failure;

/** Thrown when Ctrl-C or SIGTERM ended a command and everything stopped cleanly. */
public final class InterruptedRunException extends RuntimeException {
    /**
     * Creates the exception.
     *
     * @param message what is saved, and how to continue
     */
    public InterruptedRunException(String message) {
        super(message);
    }
}
