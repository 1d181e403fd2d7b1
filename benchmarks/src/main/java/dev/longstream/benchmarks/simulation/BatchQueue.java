package dev.longstream.benchmarks.simulation;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupVerdict;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchPlan;
import dev.longstream.streams.batching.BatchingConfig;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Complete groups that wait for their batch, in the order that a policy demands. */
final class BatchQueue {
    private final BatchingConfig config;
    private final SchedulingPolicy policy;
    private final int maxStaleness;
    private final SortedMap<Long, Group> byOrdinal = new TreeMap<>();
    private final Map<Long, Group> asTheyCame = new LinkedHashMap<>();
    private long number;
    private long from;

    BatchQueue(int batchSize, SchedulingPolicy policy, int maxStaleness) {
        this.config = new BatchingConfig(batchSize, PhaseAdvantages.always(AdvantageConfig.DEFAULT));
        this.policy = policy;
        this.maxStaleness = maxStaleness;
    }

    /** Adds a complete group, rejected ones included. */
    void add(Group group) {
        if (policy.isStrict()) {
            byOrdinal.put(group.getOrdinal(), group);
        } else if (group.getVerdict() == GroupVerdict.TRAINABLE) {
            asTheyCame.put(group.getOrdinal(), group);
        }
    }

    /**
     * Takes the next batch if it is complete.
     *
     * @param tooOld receives the ordinal of each group that is discarded for its age
     */
    Optional<Batch> next(LongConsumer tooOld) {
        return policy.isStrict() ? inOrder() : firstReady(tooOld);
    }

    private Optional<Batch> inOrder() {
        List<Batch> complete = BatchPlan.fill(byOrdinal, number, from, config);
        if (complete.isEmpty()) {
            return Optional.empty();
        }
        Batch batch = complete.get(0);
        number++;
        // The last group that a batch takes is one that it trains on.
        from = 1
                + batch.getGroups().stream()
                        .mapToLong(BatchGroup::getOrdinal)
                        .max()
                        .orElseThrow();
        byOrdinal.headMap(from).clear();
        return Optional.of(batch);
    }

    private Optional<Batch> firstReady(LongConsumer tooOld) {
        if (policy == SchedulingPolicy.FIRST_READY_BOUNDED) {
            List<Long> old = asTheyCame.values().stream()
                    .filter(group -> number - oldestVersion(group) > maxStaleness)
                    .map(Group::getOrdinal)
                    .toList();
            asTheyCame.keySet().removeAll(old);
            old.forEach(tooOld::accept);
        }
        if (asTheyCame.size() < config.batchSize()) {
            return Optional.empty();
        }
        List<Group> first =
                asTheyCame.values().stream().limit(config.batchSize()).toList();
        first.forEach(group -> asTheyCame.remove(group.getOrdinal()));
        return Optional.of(BatchPlan.of(number++, first, config));
    }

    private static long oldestVersion(Group group) {
        return group.getMembers().stream()
                .mapToLong(member -> member.getOldestVersion())
                .min()
                .orElseThrow();
    }
}
