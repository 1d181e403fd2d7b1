package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rollouts.RolloutConfig;

/**
 * Rollout workers of one process.
 *
 * @param workers how many; each loads the policy
 * @param worker how much one does at once
 */
public record RolloutsSection(int workers, RolloutConfig worker) {
    public RolloutsSection {
        new Problems("rollouts")
                .require(workers >= 1, "workers is %d, must be at least 1", workers)
                .throwIfAny();
    }
}
