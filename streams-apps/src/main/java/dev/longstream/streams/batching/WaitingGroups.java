package dev.longstream.streams.batching;

import dev.longstream.log.GroupIds;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.ForkPoint;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Groups that wait for their batch, in the stores of the stage's single task. */
final class WaitingGroups {
    /** Store of groups by ordinal, until a batch takes them. */
    static final String WAITING = "waiting-groups";
    /** Store of two numbers: the next batch, and the lowest ordinal that it may take. */
    static final String NEXT = "next-batch";

    private static final String NUMBER = "number";
    private static final String FROM = "from-ordinal";
    private static final Logger LOG = LoggerFactory.getLogger(WaitingGroups.class);

    private final BatchingConfig config;
    private final String configDigest;
    private final KeyValueStore<Long, Arrival> waiting;
    private final KeyValueStore<String, Long> next;

    WaitingGroups(
            BatchingConfig config,
            String configDigest,
            KeyValueStore<Long, Arrival> waiting,
            KeyValueStore<String, Long> next) {
        this.config = config;
        this.configDigest = configDigest;
        this.waiting = waiting;
        this.next = next;
    }

    /** Adds a group; returns false if its ordinal is known or a batch has taken it. */
    boolean add(Arrival arrival) {
        return arrival.ordinal() >= value(FROM) && waiting.putIfAbsent(arrival.ordinal(), arrival) == null;
    }

    /** Lets the first batch be the one after a step of another run, unless a batch has been made. */
    void beginAt(ForkPoint fork) {
        if (next.get(NUMBER) == null) {
            next.put(NUMBER, fork.getStep());
            next.put(FROM, GroupIds.firstOrdinal(fork));
            LOG.info(
                    "Batches begin with number {}, because the run begins at that step of {}",
                    fork.getStep(),
                    fork.getRun());
        }
    }

    /** Continues after a batch that is on the log; does nothing if the next batch is a later one anyway. */
    void goOnAfter(Batch written) {
        if (written.getBatch() < value(NUMBER)) {
            return;
        }
        // The last group that a batch takes is one that it trains on.
        long from = 1
                + written.getGroups().stream()
                        .mapToLong(BatchGroup::getOrdinal)
                        .max()
                        .orElseThrow();
        LOG.warn(
                "Batches up to {} are on the log, but not in the state; the next one begins at ordinal {}",
                written.getBatch(),
                from);
        next.put(NUMBER, written.getBatch() + 1);
        next.put(FROM, from);
        List<Long> taken = new ArrayList<>();
        try (KeyValueIterator<Long, Arrival> before = waiting.range(0L, from - 1)) {
            before.forEachRemaining(entry -> taken.add(entry.key));
        }
        taken.forEach(waiting::delete);
    }

    /** Takes and returns every batch that is complete. */
    List<Batch> complete() {
        List<Batch> batches = new ArrayList<>();
        for (Optional<List<Arrival>> taken = next(); taken.isPresent(); taken = next()) {
            long number = value(NUMBER);
            taken.get().forEach(arrival -> waiting.delete(arrival.ordinal()));
            next.put(NUMBER, number + 1);
            next.put(FROM, value(FROM) + taken.get().size());
            batches.add(CompleteBatch.of(number, taken.get(), config.advantages(), configDigest));
        }
        return batches;
    }

    private Optional<List<Arrival>> next() {
        long from = value(FROM);
        try (KeyValueIterator<Long, Arrival> known = waiting.range(from, Long.MAX_VALUE)) {
            return StrictOrder.next(from, values(known), config.batchSize());
        }
    }

    private long value(String name) {
        Long value = next.get(name);
        return value == null ? 0 : value;
    }

    private static Iterator<Arrival> values(Iterator<KeyValue<Long, Arrival>> entries) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Arrival next() {
                return entries.next().value;
            }
        };
    }
}
