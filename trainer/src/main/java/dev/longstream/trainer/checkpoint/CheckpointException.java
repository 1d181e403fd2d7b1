package dev.longstream.trainer.checkpoint;

import org.jspecify.annotations.Nullable;

/** A checkpoint that cannot be written, or is not what it should be; the message says which, what was found and expected. */
public final class CheckpointException extends RuntimeException {
    public CheckpointException(String message) {
        super(message);
    }

    public CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
