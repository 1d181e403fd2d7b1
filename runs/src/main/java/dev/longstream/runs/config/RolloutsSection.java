package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.engines.EngineConfig;
import dev.longstream.producers.rollouts.RolloutConfig;

import java.util.Objects;

/**
 * Rollout workers of a process.
 *
 * @param workers number of workers in the process of {@code train}. Each loads the policy, or owns one of {@code engine.urls}:
 *     with servers there is one worker for each
 * @param worker limits of one worker
 * @param engine engine that samples
 */
public record RolloutsSection(int workers, RolloutConfig worker, EngineConfig engine) {
    /** Checks the number of workers. */
    public RolloutsSection {
        engine = Objects.requireNonNullElse(engine, EngineConfig.DEFAULT);
        new Problems("rollouts")
                .require(workers >= 1, "workers is %d, must be at least 1", workers)
                .require(
                        engine.isEmbedded() || workers == engine.urls().size(),
                        "workers is %d, must be %d: each of engine.urls belongs to one worker",
                        workers,
                        engine.urls().size())
                .throwIfAny();
    }
}
