package dev.longstream.failure;

import org.jspecify.annotations.Nullable;

/** Signals that a broker or a schema registry refuses the credentials of this process, or denies its user a right. */
public final class DeniedException extends RuntimeException {
    /**
     * Creates an exception.
     *
     * @param message the address, what was refused or denied, and what to do
     * @param cause the refusal; null if this process compared its rights with those it needs
     */
    public DeniedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
