package dev.longstream.failure;

/** Options or settings ask for something that cannot be done; nothing was started. */
public final class WrongUseException extends RuntimeException {
    /** @param message the option or key, what was found and what was expected */
    public WrongUseException(String message) {
        super(message);
    }

    /**
     * @param message the option or key, what was found and what was expected
     * @param cause the failure behind it
     */
    public WrongUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
