package dev.longstream.streams.batching;

import dev.longstream.config.Problems;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;

/**
 * Size of a batch and the scale of its advantages.
 *
 * @param batchSize B, groups in a batch, which one gradient step trains on
 * @param advantages settings of advantages by phase; a scale over the batch uses the phase of the batch's first group
 */
public record BatchingConfig(int batchSize, PhaseAdvantages advantages) {
    /** QwenLong-L1's batch of 128 groups (§3.2). */
    public static final BatchingConfig DEFAULT =
            new BatchingConfig(128, PhaseAdvantages.always(AdvantageConfig.DEFAULT));

    public BatchingConfig {
        new Problems("batching")
                .require(batchSize >= 1, "batch-size is %d groups, must be at least 1", batchSize)
                .throwIfAny();
    }
}
