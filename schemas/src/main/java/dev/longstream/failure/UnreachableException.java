package dev.longstream.failure;

/** A broker, a schema registry or a server of a model does not answer. */
public final class UnreachableException extends RuntimeException {
    /** @param message the address, what came back and what to do */
    public UnreachableException(String message) {
        super(message);
    }

    /**
     * @param message the address, what came back and what to do
     * @param cause the failure behind it
     */
    public UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
