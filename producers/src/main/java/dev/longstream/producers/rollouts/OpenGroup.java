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

/** An assignment in progress: builds its trajectory records and counts the finished ones. */
final class OpenGroup {
    private final Assignment assignment;
    private final Map<Lease, Long> deliveries = new HashMap<>();
    private final int attempt;
    private final Origin origin;
    private final Instant taken;
    private int[] prompt = {};
    private int finished;

    /** Fields that all trajectories of one worker share. */
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

    void setPrompt(int[] tokens) {
        this.prompt = tokens;
    }

    /** Adds another delivery of this assignment, which must be acknowledged as well. */
    void addDelivery(Lease lease, long offset) {
        deliveries.put(lease, offset);
    }

    boolean isComplete() {
        return finished == assignment.getSamples();
    }

    /** Acknowledges every delivery; called when the records of all samples are on the log. */
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
                .setFirstTokenAt(
                        sample.times().firstTokenMillis() == 0
                                ? null
                                : Instant.ofEpochMilli(sample.times().firstTokenMillis()))
                .setFinishedAt(Instant.ofEpochMilli(sample.times().finishedMillis()))
                .build();
    }

    /** Returns the record of a sample that could not be generated: no reward, and excluded from every baseline. */
    Trajectory failed(int sampleIndex, String reason, Instant now) {
        return FailedAnswer.fill(common(sampleIndex), reason, taken, now);
    }

    private Trajectory.Builder common(int sampleIndex) {
        finished++;
        return FailedAnswer.common(assignment, sampleIndex, origin)
                .setAttempt(attempt)
                .setPromptTokenCount(prompt.length)
                .setPromptTokens(sampleIndex == 0 ? boxed(prompt) : null);
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
