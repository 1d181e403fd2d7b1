package dev.longstream.streams.scoring;

import dev.longstream.record.Outcome;
import dev.longstream.record.RecordRef;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A trajectory's reward, and what is wrong with the trajectory if it can have none.
 *
 * @param scored goes to the trajectory's group in any case, so that no group stays open
 * @param problem why an answer could not be scored; null: nothing is wrong
 */
record TrajectoryScore(ScoredTrajectory scored, @Nullable String problem) {

    static TrajectoryScore of(Trajectory trajectory, RecordRef reference, Reward reward, String configDigest) {
        if (!carriesReward(trajectory.getOutcome())) {
            String failure = trajectory.getFailure();
            String reason = "no answer: " + trajectory.getOutcome() + (failure == null ? "" : ", " + failure);
            return new TrajectoryScore(scored(trajectory, reference, without(reason), configDigest), null);
        }
        String problem = TrajectoryShape.problem(trajectory);
        if (problem != null) {
            return new TrajectoryScore(scored(trajectory, reference, without(problem), configDigest), problem);
        }
        RewardComponent component = reward.of(trajectory.getQuestion(), trajectory.getText());
        String unreadable = component.getValue() == null ? component.getReason() : null;
        return new TrajectoryScore(scored(trajectory, reference, component, configDigest), unreadable);
    }

    /** Only an answer is judged; what the machinery broke is never a reward of 0. */
    private static boolean carriesReward(Outcome outcome) {
        return outcome == Outcome.COMPLETED || outcome == Outcome.TRUNCATED;
    }

    private static RewardComponent without(String reason) {
        return RewardComponent.newBuilder().setName("rule").setReason(reason).build();
    }

    private static ScoredTrajectory scored(
            Trajectory trajectory, RecordRef reference, RewardComponent component, String configDigest) {
        List<VersionRun> versions = trajectory.getVersions();
        boolean noTokens = versions.isEmpty();
        return ScoredTrajectory.newBuilder()
                .setGroupId(trajectory.getGroupId())
                .setSampleIndex(trajectory.getSampleIndex())
                .setOrdinal(trajectory.getOrdinal())
                .setPhase(trajectory.getPhase())
                .setPhaseIndex(trajectory.getPhaseIndex())
                .setAdmittedVersion(trajectory.getAdmittedVersion())
                .setGroupSize(trajectory.getGroupSize())
                .setPromptId(trajectory.getQuestion().getPromptId())
                .setTask(trajectory.getQuestion().getTask())
                .setTrajectory(reference)
                .setOutcome(trajectory.getOutcome())
                .setReward(component.getValue())
                .setComponents(List.of(component))
                .setInputTokens(trajectory.getPromptTokenCount())
                .setCompletionTokens(trajectory.getTokens().size())
                .setOldestVersion(
                        noTokens
                                ? trajectory.getAdmittedVersion()
                                : versions.get(0).getVersion())
                .setNewestVersion(
                        noTokens
                                ? trajectory.getAdmittedVersion()
                                : versions.get(versions.size() - 1).getVersion())
                .setConfigDigest(configDigest)
                .build();
    }
}
