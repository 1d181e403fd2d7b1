package dev.longstream.failure;

/** Signals that options or settings ask for something impossible. Nothing was started. */
public final class WrongUseException extends RuntimeException {
    /**
     * Creates an exception without a cause.
     *
     * @param message the option or key, what was found and what was expected
     */
    public WrongUseException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the option or key, what was found and what was expected
     * @param cause the failure behind it
     */
    public WrongUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
