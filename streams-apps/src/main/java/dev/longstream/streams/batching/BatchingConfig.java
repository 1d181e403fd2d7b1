package dev.longstream.streams.batching;

import dev.longstream.advantage.AdvantageConfig;
import dev.longstream.config.Problems;

/**
 * How many groups one gradient step trains on, and what their advantages are divided by.
 *
 * @param batchSize B, groups in a batch
 * @param advantage whose scale may be one of the batch
 */
public record BatchingConfig(int batchSize, AdvantageConfig advantage) {
    /** QwenLong-L1, §3.2. */
    public static final BatchingConfig DEFAULT = new BatchingConfig(128, AdvantageConfig.DEFAULT);

    public BatchingConfig {
        new Problems("batching")
                .require(batchSize >= 1, "batch-size is %d groups, must be at least 1", batchSize)
                .throwIfAny();
    }
}
