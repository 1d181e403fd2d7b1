package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rollouts.RolloutConfig;

/**
 * Rollout workers of a process.
 *
 * @param workers number of workers; each loads the policy
 * @param worker limits of one worker
 */
public record RolloutsSection(int workers, RolloutConfig worker) {
    /** Checks the number of workers. */
    public RolloutsSection {
        new Problems("rollouts")
                .require(workers >= 1, "workers is %d, must be at least 1", workers)
                .throwIfAny();
    }
}
