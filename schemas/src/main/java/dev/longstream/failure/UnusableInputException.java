package dev.longstream.failure;

/**
 * Signals that input is missing, cannot be read or is empty: questions, documents, a model folder or another run's
 * records.
 */
public final class UnusableInputException extends RuntimeException {
    /**
     * Creates an exception without a cause.
     *
     * @param message the file, folder or topic, what was found and what was expected
     */
    public UnusableInputException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the file, folder or topic, what was found and what was expected
     * @param cause the failure behind it
     */
    public UnusableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
