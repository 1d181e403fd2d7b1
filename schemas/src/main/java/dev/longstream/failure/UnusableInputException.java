package dev.longstream.failure;

/**
 * Questions, documents, a model folder or records of another run are missing, cannot be read, or hold nothing to work on.
 */
public final class UnusableInputException extends RuntimeException {
    /** @param message the file, folder or topic, what was found and what was expected */
    public UnusableInputException(String message) {
        super(message);
    }

    /**
     * @param message the file, folder or topic, what was found and what was expected
     * @param cause the failure behind it
     */
    public UnusableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
