package dev.longstream.runs.report;

import dev.longstream.log.EventLog;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Rewards of all groups that a run sampled, by the policy version that sampled them. Groups that were not trained on count
 * as well: a mean over trained groups alone leaves out the prompts that are always or never solved.
 */
public final class SampledGroups {
    private final Map<SampledKey, Sums> sums = new TreeMap<>();
    private final Map<Integer, String> phases = new TreeMap<>();

    private record SampledKey(long version, int phaseIndex, int upTo) implements Comparable<SampledKey> {
        @Override
        public int compareTo(SampledKey other) {
            int versions = Long.compare(version, other.version);
            int indices = Integer.compare(phaseIndex, other.phaseIndex);
            return versions != 0 ? versions : indices != 0 ? indices : Integer.compare(upTo, other.upTo);
        }
    }

    /**
     * Figures of the groups that one policy version sampled.
     *
     * @param groups number of groups with a reward
     * @param answers number of answers with a reward
     * @param reward mean reward of an answer
     * @param responseLength mean length of an answer in tokens
     * @param solvedFraction fraction of groups whose answers all have the same reward above 0
     * @param failedFraction fraction of groups whose answers all have the same reward of at most 0
     */
    public record SampledFigures(
            long groups,
            long answers,
            double reward,
            double responseLength,
            double solvedFraction,
            double failedFraction) {}

    private static final class Sums {
        private long groups;
        private long answers;
        private double reward;
        private long tokens;
        private long solved;
        private long failed;

        void add(Sums other) {
            groups += other.groups;
            answers += other.answers;
            reward += other.reward;
            tokens += other.tokens;
            solved += other.solved;
            failed += other.failed;
        }

        SampledFigures figures() {
            return new SampledFigures(
                    groups,
                    answers,
                    reward / answers,
                    (double) tokens / answers,
                    (double) solved / groups,
                    (double) failed / groups);
        }
    }

    /** Reads the groups of a run, trained and rejected, from the log. */
    public static SampledGroups of(EventLog log) {
        SampledGroups sampled = new SampledGroups();
        TopicReader.readAll(log, log.topics().groups(), record -> sampled.add(record.value()));
        TopicReader.readAll(log, log.topics().rejectedGroups(), record -> sampled.add(record.value()));
        return sampled;
    }

    /** Adds a group; members without a reward do not count. */
    public void add(Group group) {
        List<GroupMember> rewarded = group.getMembers().stream()
                .filter(member -> member.getReward() != null)
                .toList();
        if (rewarded.isEmpty()) {
            return;
        }
        long version =
                rewarded.stream().mapToLong(GroupMember::getOldestVersion).min().getAsLong();
        double least =
                rewarded.stream().mapToDouble(SampledGroups::reward).min().getAsDouble();
        double largest =
                rewarded.stream().mapToDouble(SampledGroups::reward).max().getAsDouble();
        Sums own = sums.computeIfAbsent(
                new SampledKey(version, group.getPhaseIndex(), Dynamics.upTo(group.getInputTokens())),
                key -> new Sums());
        own.groups++;
        own.answers += rewarded.size();
        own.reward += rewarded.stream().mapToDouble(SampledGroups::reward).sum();
        own.tokens +=
                rewarded.stream().mapToLong(GroupMember::getCompletionTokens).sum();
        own.solved += largest <= least && least > 0 ? 1 : 0;
        own.failed += largest <= least && least <= 0 ? 1 : 0;
        phases.putIfAbsent(group.getPhaseIndex(), group.getPhase());
    }

    private static double reward(GroupMember member) {
        return Objects.requireNonNull(member.getReward());
    }

    /** Returns the figures by part and policy version; {@code by} divides the groups into parts. */
    Map<Integer, Map<Long, SampledFigures>> parts(Dynamics.By by) {
        ToIntFunction<SampledKey> part =
                switch (by) {
                    case RUN -> key -> 0;
                    case PHASE -> SampledKey::phaseIndex;
                    case LENGTH -> SampledKey::upTo;
                };
        Map<Integer, Map<Long, Sums>> added = new TreeMap<>();
        sums.forEach((key, own) -> added.computeIfAbsent(part.applyAsInt(key), same -> new TreeMap<>())
                .computeIfAbsent(key.version(), same -> new Sums())
                .add(own));
        Map<Integer, Map<Long, SampledFigures>> parts = new TreeMap<>();
        added.forEach((key, versions) -> {
            Map<Long, SampledFigures> figures = new TreeMap<>();
            versions.forEach((version, own) -> figures.put(version, own.figures()));
            parts.put(key, figures);
        });
        return parts;
    }

    /** Returns the names of the phases by index. */
    Map<Integer, String> phases() {
        return phases;
    }

    /**
     * Returns the figures of the versions {@code from} to {@code to}, both inclusive; null without any group.
     */
    public @Nullable SampledFigures between(long from, long to) {
        Sums all = new Sums();
        sums.forEach((key, own) -> {
            if (key.version() >= from && key.version() <= to) {
                all.add(own);
            }
        });
        return all.groups == 0 ? null : all.figures();
    }
}
