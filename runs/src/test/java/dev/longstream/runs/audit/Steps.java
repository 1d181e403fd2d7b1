package dev.longstream.runs.audit;

import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;

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
        return Step.newBuilder()
                .setVersion(version)
                .setBatch(batch)
                .setBatchRecord(new RecordRef(0, batch))
                .setPhase(phase)
                .setPhaseIndex(phaseIndex)
                .setGroups(2)
                .setTrajectories(4)
                .setLoss(0.1)
                .setReward(reward)
                .setRewardDeviation(0.5)
                .setEntropy(0.2)
                .setResponseLength(12)
                .setMaxResponseLength(20)
                .setTruncatedFraction(0)
                .setInputLength(90)
                .setStalenessMean(1)
                .setStalenessMax(2)
                .setRatioMean(1)
                .setRatioMax(1.1)
                .setClipFraction(0)
                .setMismatchKl(1e-6)
                .setMismatchTokens(10)
                .setGradientNorm(1)
                .setLearningRate(3e-5)
                .setPromptTokens(180)
                .setCompletionTokens(100)
                .setSeconds(Map.of("wait", 0.1))
                .setWeightsDigest("d")
                .setFinishedAt(Instant.ofEpochSecond(version))
                .setConfigDigest("c")
                .build();
    }
}
