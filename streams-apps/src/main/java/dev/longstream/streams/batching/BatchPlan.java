package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Puts groups that are on no topic into batches, as the stage does with those that are. Pure. */
public final class BatchPlan {
    /** Place of a group that is on no topic. */
    private static final RecordRef NOWHERE = new RecordRef(-1, -1L);

    private BatchPlan() {}

    /**
     * Returns the batches that groups fill, in order.
     *
     * @param groups groups by ordinal, rejected ones included; the first ordinal that is missing ends the plan
     * @param number number of the first batch
     * @param from lowest ordinal that the first batch may take
     */
    public static List<Batch> fill(SortedMap<Long, Group> groups, long number, long from, BatchingConfig config) {
        List<Batch> batches = new ArrayList<>();
        long next = from;
        while (true) {
            Optional<List<Arrival>> taken = StrictOrder.next(
                    next,
                    groups.tailMap(next).values().stream()
                            .map(group -> Arrival.of(group, NOWHERE))
                            .iterator(),
                    config.batchSize());
            if (taken.isEmpty()) {
                return batches;
            }
            batches.add(CompleteBatch.of(number + batches.size(), taken.get(), config.advantages(), ""));
            next += taken.get().size();
        }
    }

    /**
     * Returns the batch of exactly these groups.
     *
     * @param groups groups that can be trained on, at least one
     */
    public static Batch of(long number, List<Group> groups, BatchingConfig config) {
        return CompleteBatch.of(
                number, groups.stream().map(group -> Arrival.of(group, NOWHERE)).toList(), config.advantages(), "");
    }
}
