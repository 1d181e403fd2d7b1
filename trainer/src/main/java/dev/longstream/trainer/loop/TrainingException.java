package dev.longstream.trainer.loop;

/** The training cannot go on; the message says at which batch and version, what was found and what is untouched. */
public final class TrainingException extends RuntimeException {
    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
