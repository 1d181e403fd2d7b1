package dev.longstream.failure;

/** Signals that a broker, a schema registry or a model's server does not answer. */
public final class UnreachableException extends RuntimeException {
    /**
     * Creates an exception without a cause.
     *
     * @param message the address, the answer if there was one, and what to do
     */
    public UnreachableException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message the address, the answer if there was one, and what to do
     * @param cause the failure behind it
     */
    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
