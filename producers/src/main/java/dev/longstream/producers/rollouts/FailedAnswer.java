package dev.longstream.producers.rollouts;

import dev.longstream.record.Assignment;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;

import java.time.Instant;
import java.util.List;

/** Builds the records of answers that could not be generated: they have no reward and are excluded from every baseline. */
public final class FailedAnswer {
    private FailedAnswer() {}

    /**
     * Returns the record of an answer of an assignment that no worker finished.
     *
     * @param run name of the run
     * @param writer name of the process that writes the record
     * @param configDigest SHA-256 of the resolved configuration
     */
    public static Trajectory of(
            Assignment assignment,
            int sampleIndex,
            String reason,
            String run,
            String writer,
            String configDigest,
            Instant now) {
        return fill(
                common(assignment, sampleIndex, new OpenGroup.Origin(run, writer, configDigest))
                        .setAttempt(0)
                        .setPromptTokenCount(0)
                        .setPromptTokens(null),
                reason,
                now,
                now);
    }

    /** Returns a builder with what an answer takes from its assignment and its worker. */
    static Trajectory.Builder common(Assignment assignment, int sampleIndex, OpenGroup.Origin origin) {
        return Trajectory.newBuilder()
                .setRun(origin.run())
                .setGroupId(assignment.getGroupId())
                .setSampleIndex(sampleIndex)
                .setOrdinal(assignment.getOrdinal())
                .setPhase(assignment.getPhase())
                .setPhaseIndex(assignment.getPhaseIndex())
                .setAdmittedVersion(assignment.getAdmittedVersion())
                .setGroupSize(assignment.getSamples())
                .setQuestion(assignment.getQuestion())
                .setSampling(assignment.getSampling())
                .setWorker(origin.worker())
                .setAssignedAt(assignment.getAdmittedAt())
                .setConfigDigest(origin.configDigest())
                .setPromoted(assignment.getPromoted());
    }

    static Trajectory fill(Trajectory.Builder answer, String reason, Instant started, Instant now) {
        return answer.setOutcome(Outcome.INFRASTRUCTURE_FAILED)
                .setFailure(reason)
                .setTokens(List.of())
                .setBehaviourLogProbs(List.of())
                .setPolicyLogProbs(List.of())
                .setVersions(List.of())
                .setText("")
                .setWeightsDigest("")
                .setStartedAt(started)
                .setFirstTokenAt(null)
                .setFinishedAt(now)
                .build();
    }
}
