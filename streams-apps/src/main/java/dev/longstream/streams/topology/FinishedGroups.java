package dev.longstream.streams.topology;

import dev.longstream.log.GroupIds;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Forgets the groups of a store that are before the point of retention: each is trained or rejected, and a record of such a
 * group is a duplicate.
 *
 * @param <V> values of the store, which has one or more entries a group
 */
public final class FinishedGroups<V> {
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final LongSupplier ordinal;
    private final KeyValueStore<String, V> store;
    private final UnaryOperator<String> groupOf;
    private long forgotten = -1;

    /**
     * Forgets groups every minute.
     *
     * @param ordinal returns the ordinal up to which every group is finished; −1 without one
     * @param groupOf returns the id of the group in a key of the store
     */
    public FinishedGroups(
            ProcessingContext context,
            LongSupplier ordinal,
            KeyValueStore<String, V> store,
            UnaryOperator<String> groupOf) {
        this.ordinal = ordinal;
        this.store = store;
        this.groupOf = groupOf;
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> forget());
    }

    /** Returns whether the group of this ordinal is finished. */
    public boolean include(long groupOrdinal) {
        return groupOrdinal <= ordinal.getAsLong();
    }

    private void forget() {
        long last = ordinal.getAsLong();
        if (last <= forgotten) {
            return;
        }
        List<String> finished = new ArrayList<>();
        try (KeyValueIterator<String, V> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, V> entry = all.next();
                if (GroupIds.ordinal(groupOf.apply(entry.key)).orElse(Long.MAX_VALUE) <= last) {
                    finished.add(entry.key);
                }
            }
        }
        finished.forEach(store::delete);
        forgotten = last;
    }
}
