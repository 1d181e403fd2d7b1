package dev.longstream.runs.failure;

/** Ctrl-C or SIGTERM ended the work, and everything stopped cleanly. */
public final class InterruptedRunException extends RuntimeException {
    /** @param message what is kept, and how to go on */
    public InterruptedRunException(String message) {
        super(message);
    }
}
