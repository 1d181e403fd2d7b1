package dev.longstream.producers.rollouts;

import dev.longstream.policy.sampling.Sample;
import dev.longstream.producers.queue.Lease;
import dev.longstream.record.Assignment;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An assignment being worked on: makes its trajectories' records and knows when all are there. */
final class OpenGroup {
    private final Assignment assignment;
    private final Map<Lease, Long> deliveries = new HashMap<>();
    private final int attempt;
    private final Origin origin;
    private final Instant taken;
    private int[] prompt = {};
    private int finished;

    /** What every trajectory of a worker has in common. */
    record Origin(String run, String worker, String configDigest) {}

    OpenGroup(Assignment assignment, Lease lease, long offset, int attempt, Origin origin, Instant taken) {
        this.assignment = assignment;
        deliveries.put(lease, offset);
        this.attempt = attempt;
        this.origin = origin;
        this.taken = taken;
    }

    Assignment assignment() {
        return assignment;
    }

    void promptIs(int[] tokens) {
        this.prompt = tokens;
    }

    /** It was delivered again: finishing it is to be said there too. */
    void heldAlsoBy(Lease lease, long offset) {
        deliveries.put(lease, offset);
    }

    boolean isComplete() {
        return finished == assignment.getSamples();
    }

    /** Tells the queue that it is done. To be called when the records of all its samples are on the log. */
    void finish() {
        deliveries.forEach(Lease::finish);
    }

    Trajectory answered(Sample sample, String text, String weightsDigest) {
        return common(sample.sampleIndex())
                .setOutcome(sample.truncated() ? Outcome.TRUNCATED : Outcome.COMPLETED)
                .setTokens(boxed(sample.tokens()))
                .setBehaviourLogProbs(boxed(sample.behaviourLogProbs()))
                .setPolicyLogProbs(boxed(sample.policyLogProbs()))
                .setVersions(sample.versions().stream()
                        .map(run -> new VersionRun(run.version(), run.tokens()))
                        .toList())
                .setText(text)
                .setWeightsDigest(weightsDigest)
                .setStartedAt(Instant.ofEpochMilli(sample.times().startedMillis()))
                .setFirstTokenAt(Instant.ofEpochMilli(sample.times().firstTokenMillis()))
                .setFinishedAt(Instant.ofEpochMilli(sample.times().finishedMillis()))
                .build();
    }

    /** The machinery broke: no reward, and no part in any baseline. */
    Trajectory failed(int sampleIndex, String reason, Instant now) {
        return common(sampleIndex)
                .setOutcome(Outcome.INFRASTRUCTURE_FAILED)
                .setFailure(reason)
                .setTokens(List.of())
                .setBehaviourLogProbs(List.of())
                .setPolicyLogProbs(List.of())
                .setVersions(List.of())
                .setText("")
                .setWeightsDigest("")
                .setStartedAt(taken)
                .setFirstTokenAt(null)
                .setFinishedAt(now)
                .build();
    }

    private Trajectory.Builder common(int sampleIndex) {
        finished++;
        return Trajectory.newBuilder()
                .setRun(origin.run())
                .setGroupId(assignment.getGroupId())
                .setSampleIndex(sampleIndex)
                .setAttempt(attempt)
                .setOrdinal(assignment.getOrdinal())
                .setPhase(assignment.getPhase())
                .setPhaseIndex(assignment.getPhaseIndex())
                .setAdmittedVersion(assignment.getAdmittedVersion())
                .setGroupSize(assignment.getSamples())
                .setQuestion(assignment.getQuestion())
                .setPromptTokenCount(prompt.length)
                .setPromptTokens(sampleIndex == 0 ? boxed(prompt) : null)
                .setSampling(assignment.getSampling())
                .setWorker(origin.worker())
                .setAssignedAt(assignment.getAdmittedAt())
                .setConfigDigest(origin.configDigest());
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Float> boxed(float[] values) {
        Float[] boxes = new Float[values.length];
        for (int i = 0; i < values.length; i++) {
            boxes[i] = values[i];
        }
        return List.of(boxes);
    }
}
