package dev.longstream.stack.failure;

import org.jspecify.annotations.Nullable;

/** The broker or the registry cannot start or go on; the message says what was found and what to do about it. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one sentence for a person: the folder, port or address, what was found, what to change */
    public StackException(String message) {
        super(message);
    }

    /**
     * @param message one sentence for a person: the folder, port or address, what was found, what to change
     * @param cause what Kafka or the operating system said
     */
    public StackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
