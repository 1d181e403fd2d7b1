package dev.longstream.trainer.supervised;

/** A supervised training that cannot go on; the message says at which step, and what was found. */
public final class SupervisedException extends RuntimeException {
    public SupervisedException(String message) {
        super(message);
    }

    public SupervisedException(String message, Throwable cause) {
        super(message, cause);
    }
}
