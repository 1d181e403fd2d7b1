package dev.longstream.streams.grouping;

import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Makes the group of its G scores. Their order does not matter. */
final class CompleteGroup {
    private CompleteGroup() {}

    static Group of(List<ScoredTrajectory> scores, GroupingConfig config, String configDigest) {
        List<ScoredTrajectory> members = scores.stream()
                .sorted(Comparator.comparingInt(ScoredTrajectory::getSampleIndex))
                .toList();
        List<@Nullable Double> rewards =
                members.stream().map(ScoredTrajectory::getReward).toList();
        Advantages advantages = Advantages.of(rewards, config);
        ScoredTrajectory any = members.get(0);
        return Group.newBuilder()
                .setGroupId(any.getGroupId())
                .setOrdinal(any.getOrdinal())
                .setPromptId(any.getPromptId())
                .setTask(any.getTask())
                .setPhase(any.getPhase())
                .setPhaseIndex(any.getPhaseIndex())
                .setAdmittedVersion(any.getAdmittedVersion())
                .setInputTokens(any.getInputTokens())
                .setMembers(members(members, advantages))
                .setVerdict(verdict(rewards))
                .setMeanReward(advantages.mean())
                .setRewardDeviation(advantages.deviation())
                .setConfigDigest(configDigest)
                .build();
    }

    private static GroupVerdict verdict(List<@Nullable Double> rewards) {
        if (rewards.stream().filter(Objects::nonNull).count() < 2) {
            return GroupVerdict.TOO_FEW_MEMBERS;
        }
        return Advantages.uniform(rewards) ? GroupVerdict.UNIFORM_REWARD : GroupVerdict.TRAINABLE;
    }

    private static List<GroupMember> members(List<ScoredTrajectory> scores, Advantages advantages) {
        List<GroupMember> members = new ArrayList<>(scores.size());
        for (int i = 0; i < scores.size(); i++) {
            ScoredTrajectory score = scores.get(i);
            members.add(GroupMember.newBuilder()
                    .setSampleIndex(score.getSampleIndex())
                    .setTrajectory(score.getTrajectory())
                    .setOutcome(score.getOutcome())
                    .setReward(score.getReward())
                    .setAdvantage(advantages.values().get(i))
                    .setCompletionTokens(score.getCompletionTokens())
                    .setOldestVersion(score.getOldestVersion())
                    .setNewestVersion(score.getNewestVersion())
                    .build());
        }
        return members;
    }
}
