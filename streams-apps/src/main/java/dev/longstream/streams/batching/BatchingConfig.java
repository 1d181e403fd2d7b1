package dev.longstream.streams.batching;

import dev.longstream.config.Problems;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;

/**
 * How many groups one gradient step trains on, and what their advantages are divided by.
 *
 * @param batchSize B, groups in a batch
 * @param advantages whose scale may be one of the batch; that of the phase of its first group
 */
public record BatchingConfig(int batchSize, PhaseAdvantages advantages) {
    /** QwenLong-L1, §3.2. */
    public static final BatchingConfig DEFAULT =
            new BatchingConfig(128, PhaseAdvantages.always(AdvantageConfig.DEFAULT));

    public BatchingConfig {
        new Problems("batching")
                .require(batchSize >= 1, "batch-size is %d groups, must be at least 1", batchSize)
                .throwIfAny();
    }
}
