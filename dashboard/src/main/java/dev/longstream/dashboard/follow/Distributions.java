package dev.longstream.dashboard.follow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Distributions of a run's answers by policy version: reward and length of everything that was sampled, staleness of what was
 * trained. Memory grows with the versions, and with the groups that are in no batch yet. Not thread-safe.
 */
final class Distributions {
    private final NavigableMap<Long, Histogram> rewards = new TreeMap<>();
    private final NavigableMap<Long, Histogram> lengths = new TreeMap<>();
    private final NavigableMap<Long, Histogram> staleness = new TreeMap<>();
    /** Version of the first token of each answer, by ordinal, of trainable groups that are in no batch yet. */
    private final Map<Long, long[]> unbatched = new HashMap<>();

    /** Adds a closed group. */
    void add(Group group) {
        for (GroupMember member : group.getMembers()) {
            Double reward = member.getReward();
            if (reward != null) {
                histogram(rewards, member.getOldestVersion()).add(Bins.REWARD.of(reward));
                histogram(lengths, member.getOldestVersion()).add(Bins.LENGTH.of(member.getCompletionTokens()));
            }
        }
        if (group.getVerdict() == GroupVerdict.TRAINABLE) {
            unbatched.put(
                    group.getOrdinal(),
                    group.getMembers().stream()
                            .filter(member -> member.getReward() != null)
                            .mapToLong(GroupMember::getOldestVersion)
                            .toArray());
        }
    }

    /** Adds a batch. Its number is the version that is trained on it. */
    void add(Batch batch) {
        for (BatchGroup group : batch.getGroups()) {
            long[] versions = unbatched.remove(group.getOrdinal());
            if (versions != null) {
                for (long version : versions) {
                    histogram(staleness, batch.getBatch()).add(Bins.WHOLE.of((double) (batch.getBatch() - version)));
                }
            }
        }
    }

    private static Histogram histogram(Map<Long, Histogram> by, long version) {
        return by.computeIfAbsent(version, key -> new Histogram());
    }

    /** Returns the distributions over the versions {@code from} to {@code to}, both inclusive. */
    ObjectNode json(long from, long to) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("reward", sum(rewards, from, to).json(Bins.REWARD));
        json.set("length", sum(lengths, from, to).json(Bins.LENGTH));
        json.set("staleness", sum(staleness, from, to).json(Bins.WHOLE));
        return json;
    }

    private static Histogram sum(NavigableMap<Long, Histogram> by, long from, long to) {
        Histogram sum = new Histogram();
        by.subMap(from, true, to, true).values().forEach(sum::add);
        return sum;
    }
}
