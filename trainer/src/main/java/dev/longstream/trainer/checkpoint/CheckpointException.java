package dev.longstream.trainer.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a checkpoint that cannot be written or is damaged; the message names it, and the found and expected value.
 */
public final class CheckpointException extends RuntimeException {
    /** Creates an exception with a message for people. */
    public CheckpointException(String message) {
        super(message);
    }

    /** Creates an exception with a message for people and its cause. */
    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
