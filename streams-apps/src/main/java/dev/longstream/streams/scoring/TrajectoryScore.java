package dev.longstream.streams.scoring;

import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Outcome;
import dev.longstream.record.PromotedReward;
import dev.longstream.record.RecordRef;
import dev.longstream.record.RewardComponent;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.record.Trajectory;
import dev.longstream.record.VersionRun;
import dev.longstream.rewards.AskedJudge;
import dev.longstream.rewards.HybridReward;
import dev.longstream.rewards.HybridReward.Rating;
import dev.longstream.rewards.RuleOnly;
import dev.longstream.streams.scoring.ScoringRules.RewardInUse;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * A trajectory's score, with the judge request that it waits for or the reason why it has no reward.
 *
 * @param scored always goes to the trajectory's group, so that no group stays open
 * @param judgeRequest request whose verdict the score waits for; null: the score is final
 * @param problem why the answer cannot be scored; null: no problem
 */
record TrajectoryScore(ScoredTrajectory scored, @Nullable JudgeRequest judgeRequest, @Nullable String problem) {

    /**
     * Scores a trajectory by rule.
     *
     * @param scorer reward of the trajectory
     * @param at time of the trajectory
     */
    static TrajectoryScore of(
            Trajectory trajectory, RecordRef reference, RewardInUse scorer, String configDigest, Instant at) {
        AskedJudge judge = scorer.judge();
        PromotedReward promoted = scorer.promoted();
        if (!isAnswer(trajectory.getOutcome())) {
            String failure = trajectory.getFailure();
            String reason = "no answer: " + trajectory.getOutcome() + (failure == null ? "" : ", " + failure);
            return new TrajectoryScore(without(trajectory, reference, reason, promoted, configDigest), null, null);
        }
        String problem = TrajectoryShape.problem(trajectory);
        if (problem != null) {
            return new TrajectoryScore(without(trajectory, reference, problem, promoted, configDigest), null, problem);
        }
        Rating rating = scorer.reward()
                .rate(
                        trajectory.getQuestion(),
                        trajectory.getText(),
                        trajectory.getTokens().size());
        ScoredTrajectory scored = scored(
                        trajectory, reference, rating.settledReward(), rating.components(), configDigest)
                .setPromoted(promoted)
                .build();
        JudgeRequest judgeRequest = judge != null && rating instanceof HybridReward.WaitingRating waiting
                ? judgeRequest(trajectory, waiting.answer(), scored, judge, at)
                : null;
        return new TrajectoryScore(
                scored, judgeRequest, rating instanceof HybridReward.FailedRating failed ? failed.problem() : null);
    }

    /** Returns a score without a reward, for an answer whose score or request cannot be written; its group can close. */
    TrajectoryScore unwritable(String reason) {
        RewardComponent component = RewardComponent.newBuilder()
                .setName(RuleOnly.NAME)
                .setReason(reason)
                .build();
        ScoredTrajectory without = ScoredTrajectory.newBuilder(scored)
                .setReward(null)
                .setComponents(List.of(component))
                .build();
        return new TrajectoryScore(without, null, reason);
    }

    /**
     * Returns whether the outcome is an answer that can be scored; a failed generation never has a reward, not even 0.
     */
    private static boolean isAnswer(Outcome outcome) {
        return outcome == Outcome.COMPLETED || outcome == Outcome.TRUNCATED;
    }

    private static JudgeRequest judgeRequest(
            Trajectory trajectory, String answer, ScoredTrajectory scored, AskedJudge judge, Instant at) {
        return JudgeRequest.newBuilder()
                .setKey(judge.key(trajectory.getQuestion(), answer))
                .setGroupId(trajectory.getGroupId())
                .setSampleIndex(trajectory.getSampleIndex())
                .setQuestion(trajectory.getQuestion().getQuestion())
                .setAnswer(answer)
                .setGolds(trajectory.getQuestion().getGolds())
                .setJudge(judge.model())
                .setRubricDigest(judge.rubricDigest())
                .setAskedAt(at)
                .setAsker(scored)
                .build();
    }

    private static ScoredTrajectory without(
            Trajectory trajectory,
            RecordRef reference,
            String reason,
            @Nullable PromotedReward promoted,
            String configDigest) {
        RewardComponent component = RewardComponent.newBuilder()
                .setName(RuleOnly.NAME)
                .setReason(reason)
                .build();
        return scored(trajectory, reference, null, List.of(component), configDigest)
                .setPromoted(promoted)
                .build();
    }

    private static ScoredTrajectory.Builder scored(
            Trajectory trajectory,
            RecordRef reference,
            @Nullable Double reward,
            List<RewardComponent> components,
            String configDigest) {
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
                .setReward(reward)
                .setComponents(components)
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
                .setConfigDigest(configDigest);
    }
}
