package dev.longstream.benchmarks.scoring;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;

import java.nio.file.Path;
import java.util.List;

/** Scoring, grouping and batching as a run has them, on threads of this process. */
final class RunningStages implements AutoCloseable {
    private static final String DIGEST = "bench";

    private final List<Role> roles;

    /**
     * Starts the stages.
     *
     * @param state folder of their stores
     * @param batchSize groups in a batch
     */
    RunningStages(EventLog log, Path state, int batchSize) {
        StreamsRuntime runtime = new StreamsRuntime(state);
        PhaseAdvantages advantages = PhaseAdvantages.always(AdvantageConfig.DEFAULT);
        roles = List.of(
                Stages.scoring(log, ScoringConfig.DEFAULT, null, DIGEST, runtime),
                Stages.grouping(log, advantages, DIGEST, runtime),
                Stages.batching(log, new BatchingConfig(batchSize, advantages), DIGEST, runtime));
        roles.forEach(Role::start);
    }

    /**
     * Checks that no stage has failed.
     *
     * @throws UnreachableException if one has
     */
    void check() {
        for (Role role : roles) {
            role.failure().ifPresent(failure -> {
                throw new UnreachableException(
                        "The stage " + role.name() + " has failed: " + failure.getMessage(), failure);
            });
        }
    }

    @Override
    public void close() {
        roles.forEach(Role::close);
    }
}
