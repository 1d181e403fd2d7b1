package dev.longstream.benchmarks.simulation;

import dev.longstream.record.Group;
import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.curriculum.AdmissionCount.AdmittedGroup;
import dev.longstream.streams.grouping.CompleteGroup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Group whose answers are being sampled. */
final class SimulatedGroup {
    private static final long REWARD = -2;

    private final AdmittedGroup admitted;
    private final SimulatedLoad load;
    private final int[] lengths;
    private final long[] oldest;
    private final long[] newest;
    private int finished;

    SimulatedGroup(AdmittedGroup admitted, SimulatedLoad load) {
        this.admitted = admitted;
        this.load = load;
        this.lengths = load.tail().lengths(load.seed(), admitted.ordinal(), load.groupSize());
        this.oldest = new long[lengths.length];
        this.newest = new long[lengths.length];
    }

    AdmittedGroup admitted() {
        return admitted;
    }

    int length(int answer) {
        return lengths[answer];
    }

    int answers() {
        return lengths.length;
    }

    /** Sum of the lengths of all answers. */
    long tokens() {
        return Arrays.stream(lengths).asLongStream().sum();
    }

    void beganUnder(int answer, long version) {
        oldest[answer] = version;
    }

    /** Counts an answer as finished; returns whether it was the last one. */
    boolean finishedUnder(int answer, long version) {
        newest[answer] = version;
        finished++;
        return finished == lengths.length;
    }

    /** Policy version of the group's oldest token. */
    long oldestVersion() {
        return Arrays.stream(oldest).min().orElseThrow();
    }

    /** Returns the record of the complete group, with a verdict by its rewards. */
    Group record() {
        boolean uniform =
                AnswerTail.random(load.seed(), admitted.ordinal(), REWARD).nextDouble() < load.uniformShare();
        List<ScoredTrajectory> scores = new ArrayList<>();
        for (int answer = 0; answer < lengths.length; answer++) {
            scores.add(ScoredTrajectory.newBuilder()
                    .setGroupId(Long.toString(admitted.ordinal()))
                    .setSampleIndex(answer)
                    .setOrdinal(admitted.ordinal())
                    .setPhase(LoopSimulation.PHASE)
                    .setPhaseIndex(admitted.phase())
                    .setAdmittedVersion(admitted.version())
                    .setGroupSize(lengths.length)
                    .setPromptId(Long.toString(admitted.ordinal()))
                    .setTask("simulated")
                    .setTrajectory(new RecordRef(0, admitted.ordinal()))
                    .setOutcome(lengths[answer] < load.tail().maxTokens() ? Outcome.COMPLETED : Outcome.TRUNCATED)
                    .setReward(uniform || answer % 2 == 0 ? 1.0 : 0.0)
                    .setComponents(List.of())
                    .setInputTokens(load.promptTokens())
                    .setCompletionTokens(lengths[answer])
                    .setOldestVersion(oldest[answer])
                    .setNewestVersion(newest[answer])
                    .setConfigDigest("")
                    .build());
        }
        return CompleteGroup.of(scores, AdvantageConfig.DEFAULT, "");
    }
}
