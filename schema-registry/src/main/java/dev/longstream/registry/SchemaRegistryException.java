package dev.longstream.registry;

import org.jspecify.annotations.Nullable;

/** Thrown where the schema registry cannot start or go on; the message names what was found and what to do about it. */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one sentence for a person: the topic, port or address, what was found, what to change */
    public SchemaRegistryException(String message) {
        super(message);
    }

    /**
     * Keeps what Kafka or the operating system said as the cause.
     *
     * @param message one sentence for a person: the topic, port or address, what was found, what to change
     */
    public SchemaRegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
