package dev.longstream.stack.failure;

import org.jspecify.annotations.Nullable;

/** Thrown when the broker or the registry cannot start or continue; the message says what was found and what to do. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception without a cause.
     *
     * @param message one sentence for the user: the folder, port or address, what was found, what to change
     */
    public StackException(String message) {
        super(message);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message one sentence for the user: the folder, port or address, what was found, what to change
     * @param cause exception of Kafka or the operating system
     */
    public StackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
