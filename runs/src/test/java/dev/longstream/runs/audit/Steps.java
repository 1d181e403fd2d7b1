package dev.longstream.runs.audit;

import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.testing.Records;

import java.time.Instant;
import java.util.Map;

/** Gradient steps for tests. */
public final class Steps {
    private Steps() {}

    public static Step step(long version, long batch) {
        return step(version, batch, "one", 0, 0.5);
    }

    /** Finished {@code version} seconds after 1970; 100 completion tokens; staleness 1, at most 2. */
    public static Step step(long version, long batch, String phase, int phaseIndex, double reward) {
        return Records.step(version)
                .setBatch(batch)
                .setBatchRecord(new RecordRef(0, batch))
                .setPhase(phase)
                .setPhaseIndex(phaseIndex)
                .setGroups(2)
                .setTrajectories(4)
                .setReward(reward)
                .setEntropy(0.2)
                .setResponseLength(12)
                .setMaxResponseLength(20)
                .setInputLength(90)
                .setStalenessMean(1)
                .setStalenessMax(2)
                .setRatioMax(1.1)
                .setMismatchKl(1e-6)
                .setMismatchTokens(10)
                .setLearningRate(3e-5)
                .setPromptTokens(180)
                .setCompletionTokens(100)
                .setSeconds(Map.of("wait", 0.1))
                .setFinishedAt(Instant.ofEpochSecond(version))
                .build();
    }
}
