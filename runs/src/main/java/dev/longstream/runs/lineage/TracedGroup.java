package dev.longstream.runs.lineage;

import dev.longstream.log.GroupIds;
import dev.longstream.log.Topic;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.Outcome;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The complete answers to one assignment, with their advantages.
 *
 * @param id group id, {@code promptId@ordinal}
 * @param promptId id of the prompt
 * @param task name of the task
 * @param phase phase of the assignment
 * @param inputTokens number of prompt tokens
 * @param place place of the record in {@code groups} or {@code groups.rejected}
 * @param verdict whether the group can be trained on, or why not
 * @param scale how advantages follow from rewards
 * @param members answers by sample index
 */
public record TracedGroup(
        String id,
        String promptId,
        String task,
        String phase,
        int inputTokens,
        TracedPlace place,
        GroupVerdict verdict,
        AdvantageOrigin scale,
        List<TracedMember> members) {

    /**
     * Figures that advantages were computed with. The batch subtracts {@code shift} from the advantages of the group and divides
     * them by {@code divisor}.
     *
     * @param meanReward mean reward of the members that have one; null: none has
     * @param deviation sample standard deviation of these rewards; null: fewer than two have one
     * @param shift term that the batch subtracts; null: none
     * @param divisor divisor of the batch; null: none
     */
    public record AdvantageOrigin(
            @Nullable Double meanReward,
            @Nullable Double deviation,
            @Nullable Double shift,
            @Nullable Double divisor) {}

    /**
     * One answer of a group.
     *
     * @param id group id, {@code #} and sample index
     * @param place place of the answer in {@code trajectories}
     * @param outcome outcome of the attempt
     * @param reward reward; null: the outcome has none
     * @param lengthPenalty term added to the reward before the advantage was computed; null: none
     * @param advantage advantage within the group; null: there is no reward
     * @param trainedAdvantage advantage that the step trained with, after the batch's shift and divisor; null: in no batch, or
     *     without advantage
     * @param completionTokens number of completion tokens
     * @param versions policy versions of the first and the last completion token
     */
    public record TracedMember(
            String id,
            TracedPlace place,
            Outcome outcome,
            @Nullable Double reward,
            @Nullable Double lengthPenalty,
            @Nullable Double advantage,
            @Nullable Double trainedAdvantage,
            int completionTokens,
            VersionRange versions) {}

    /**
     * Range of policy versions.
     *
     * @param oldest policy version of the first token
     * @param newest policy version of the last token
     */
    public record VersionRange(long oldest, long newest) {}

    /**
     * Describes a group.
     *
     * @param topic topic that the group lies in
     * @param trajectories topic that its answers lie in
     * @param entry the group's entry in a batch; null: it is in none
     */
    static TracedGroup of(
            Topic<Group> topic, Topic<?> trajectories, FoundRecord<Group> found, @Nullable BatchGroup entry) {
        Group group = found.value();
        Double shift = entry == null ? null : entry.getAdvantageShift();
        Double divisor = entry == null ? null : entry.getAdvantageDivisor();
        return new TracedGroup(
                group.getGroupId(),
                group.getPromptId(),
                group.getTask(),
                group.getPhase(),
                group.getInputTokens(),
                TracedPlace.of(topic, found.place()),
                group.getVerdict(),
                new AdvantageOrigin(group.getMeanReward(), group.getRewardDeviation(), shift, divisor),
                group.getMembers().stream()
                        .map(member -> member(group.getGroupId(), trajectories, member, entry))
                        .toList());
    }

    private static TracedMember member(
            String group, Topic<?> trajectories, GroupMember member, @Nullable BatchGroup entry) {
        return new TracedMember(
                GroupIds.answer(group, member.getSampleIndex()),
                TracedPlace.of(trajectories, member.getTrajectory()),
                member.getOutcome(),
                member.getReward(),
                member.getLengthPenalty(),
                member.getAdvantage(),
                trained(member.getAdvantage(), entry),
                member.getCompletionTokens(),
                new VersionRange(member.getOldestVersion(), member.getNewestVersion()));
    }

    private static @Nullable Double trained(@Nullable Double advantage, @Nullable BatchGroup entry) {
        if (advantage == null || entry == null) {
            return null;
        }
        Double shift = entry.getAdvantageShift();
        Double divisor = entry.getAdvantageDivisor();
        return shift == null || divisor == null ? advantage : (Double) ((advantage - shift) / divisor);
    }
}
