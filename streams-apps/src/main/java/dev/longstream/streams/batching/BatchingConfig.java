package dev.longstream.streams.batching;

import dev.longstream.config.Problems;

/**
 * How many groups one gradient step trains on.
 *
 * @param batchSize B, groups in a batch
 */
public record BatchingConfig(int batchSize) {
    /** QwenLong-L1, §3.2. */
    public static final BatchingConfig DEFAULT = new BatchingConfig(128);

    public BatchingConfig {
        new Problems("batching")
                .require(batchSize >= 1, "batch-size is %d groups, must be at least 1", batchSize)
                .throwIfAny();
    }
}
