package dev.longstream.trainer.batch;

/**
 * Thrown for a batch that cannot be trained on; the message names batch, group and sample, found and expected value.
 */
public final class BatchException extends RuntimeException {
    /** Creates an exception with a message for people. */
    public BatchException(String message) {
        super(message);
    }
}
