package dev.longstream.trainer.loop;

/** Thrown when training cannot continue; the message names batch and version, the fault, and the checkpoint to use. */
public final class TrainingException extends RuntimeException {
    /** Creates an exception with a message for people. */
    public TrainingException(String message) {
        super(message);
    }

    /** Creates an exception with a message for people and its cause. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
