package dev.longstream.trainer.supervised;

/** Thrown when supervised training cannot continue; the message names the step and the fault. */
public final class SupervisedException extends RuntimeException {
    /** Creates an exception with a message for people. */
    public SupervisedException(String message) {
        super(message);
    }

    /** Creates an exception with a message for people and its cause. */
    public SupervisedException(String message, Throwable cause) {
        super(message, cause);
    }
}
