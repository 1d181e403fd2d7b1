package dev.longstream.streams.grouping;

import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.ScoredTrajectory;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.GroupAdvantages;
import dev.longstream.streams.advantage.GroupOfOne;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.advantage.UniformGroups;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Builds a group's record from its G scores, whatever their order. Pure. */
public final class CompleteGroup {
    private CompleteGroup() {}

    /**
     * Builds the record of one group, with advantages and whether it can be trained on.
     *
     * @param scores scores of all members
     * @param configDigest SHA-256 of the configuration, stored in the record
     */
    public static Group of(List<ScoredTrajectory> scores, AdvantageConfig config, String configDigest) {
        List<ScoredTrajectory> members = scores.stream()
                .sorted(Comparator.comparingInt(ScoredTrajectory::getSampleIndex))
                .toList();
        List<@Nullable Double> rewards =
                members.stream().map(ScoredTrajectory::getReward).toList();
        List<@Nullable Double> penalties =
                members.stream().map(member -> penalty(member, config)).toList();
        GroupAdvantages unshaped = GroupAdvantages.of(rewards, lengths(members), config);
        GroupAdvantages advantages = config.overlong().present()
                ? GroupAdvantages.of(shaped(rewards, penalties), lengths(members), config)
                : unshaped;
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
                .setMembers(members(members, penalties, advantages))
                .setVerdict(verdict(rewards, config))
                .setMeanReward(unshaped.mean())
                .setRewardDeviation(unshaped.deviation())
                .setConfigDigest(configDigest)
                .setPromoted(any.getPromoted())
                .build();
    }

    private static @Nullable Double penalty(ScoredTrajectory member, AdvantageConfig config) {
        return config.overlong().present() && member.getReward() != null
                ? config.overlong().of(member.getCompletionTokens())
                : null;
    }

    private static List<@Nullable Double> shaped(List<@Nullable Double> rewards, List<@Nullable Double> penalties) {
        List<@Nullable Double> shaped = new ArrayList<>(rewards.size());
        for (int i = 0; i < rewards.size(); i++) {
            shaped.add(OverlongPenalty.shaped(rewards.get(i), penalties.get(i)));
        }
        return shaped;
    }

    private static List<Integer> lengths(List<ScoredTrajectory> members) {
        return members.stream().map(ScoredTrajectory::getCompletionTokens).toList();
    }

    /** Decides by the rewards without penalty: answers that differ in length only teach nothing about the question. */
    private static GroupVerdict verdict(List<@Nullable Double> rewards, AdvantageConfig config) {
        long present = rewards.stream().filter(Objects::nonNull).count();
        if (present == 1 && config.groupOfOne() == GroupOfOne.REWARD) {
            return GroupVerdict.TRAINABLE;
        }
        if (present < 2) {
            return GroupVerdict.TOO_FEW_MEMBERS;
        }
        return GroupAdvantages.uniform(rewards) && config.uniformGroups() == UniformGroups.REFILL
                ? GroupVerdict.UNIFORM_REWARD
                : GroupVerdict.TRAINABLE;
    }

    private static List<GroupMember> members(
            List<ScoredTrajectory> scores, List<@Nullable Double> penalties, GroupAdvantages advantages) {
        List<GroupMember> members = new ArrayList<>(scores.size());
        for (int i = 0; i < scores.size(); i++) {
            ScoredTrajectory score = scores.get(i);
            members.add(GroupMember.newBuilder()
                    .setSampleIndex(score.getSampleIndex())
                    .setTrajectory(score.getTrajectory())
                    .setOutcome(score.getOutcome())
                    .setReward(score.getReward())
                    .setLengthPenalty(penalties.get(i))
                    .setAdvantage(advantages.values().get(i))
                    .setCompletionTokens(score.getCompletionTokens())
                    .setOldestVersion(score.getOldestVersion())
                    .setNewestVersion(score.getNewestVersion())
                    .build());
        }
        return members;
    }
}
