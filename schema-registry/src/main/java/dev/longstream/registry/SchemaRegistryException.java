package dev.longstream.registry;

import org.jspecify.annotations.Nullable;

/** Thrown when the schema registry cannot start or continue; the message says what was found and what to do. */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception without a cause.
     *
     * @param message one sentence for the user: the topic, port or address, what was found, what to change
     */
    public SchemaRegistryException(String message) {
        super(message);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message one sentence for the user: the topic, port or address, what was found, what to change
     * @param cause exception of Kafka or the operating system
     */
    public SchemaRegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
