package dev.longstream.trainer.batch;

/** A batch that cannot be trained on as it is; the message names batch, group and sample, what was found and expected. */
public final class BatchException extends RuntimeException {
    public BatchException(String message) {
        super(message);
    }
}
