package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.Written;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Stores groups until their turn comes and emits every complete batch. A single task does this for the run. Where the log has
 * batches that the store lacks, because it was lost, the stage goes on after the newest of them.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class FillBatches extends ContextualProcessor<String, Arrival, String, Batch> {
    /** Store of groups by ordinal, until a batch takes them. */
    static final String WAITING = "waiting-groups";
    /** Store of two numbers: the next batch, and the lowest ordinal that it may take. */
    static final String NEXT = "next-batch";

    private static final String NUMBER = "number";
    private static final String FROM = "from-ordinal";
    private static final Logger LOG = LoggerFactory.getLogger(FillBatches.class);

    private final BatchingConfig config;
    private final String configDigest;
    private final Written<Batch> written;
    private KeyValueStore<Long, Arrival> waiting;
    private KeyValueStore<String, Long> next;
    private Counter duplicates;
    private @Nullable Batch newestWritten;

    FillBatches(BatchingConfig config, String configDigest, Written<Batch> written) {
        this.config = config;
        this.configDigest = configDigest;
        this.written = written;
    }

    @Override
    public void init(ProcessorContext<String, Batch> context) {
        super.init(context);
        waiting = context.getStateStore(WAITING);
        next = context.getStateStore(NEXT);
        duplicates = new Counter(context, "duplicates");
        newestWritten = written.newest(0).orElse(null);
    }

    @Override
    public void process(Record<String, Arrival> record) {
        goOnAfterTheNewestBatch();
        Arrival arrival = record.value();
        if (arrival.ordinal() < value(FROM) || waiting.putIfAbsent(arrival.ordinal(), arrival) != null) {
            duplicates.add();
            LOG.info("Ordinal {} came again, with group {}; the first counts", arrival.ordinal(), arrival.groupId());
            return;
        }
        for (Optional<List<Arrival>> batch = complete(); batch.isPresent(); batch = complete()) {
            emit(record, batch.get());
        }
    }

    private void goOnAfterTheNewestBatch() {
        Batch newest = newestWritten;
        newestWritten = null;
        if (newest == null || newest.getBatch() < value(NUMBER)) {
            return;
        }
        // The last group that a batch takes is one that it trains on.
        long from = newest.getGroups().stream()
                        .mapToLong(BatchGroup::getOrdinal)
                        .max()
                        .orElseThrow()
                + 1;
        LOG.warn("Batches up to {} are on the log, but not in the state; the next one begins at ordinal {}",
                newest.getBatch(), from);
        next.put(NUMBER, newest.getBatch() + 1);
        next.put(FROM, from);
        List<Long> taken = new ArrayList<>();
        try (KeyValueIterator<Long, Arrival> before = waiting.range(0L, from - 1)) {
            before.forEachRemaining(entry -> taken.add(entry.key));
        }
        taken.forEach(waiting::delete);
    }

    private Optional<List<Arrival>> complete() {
        long from = value(FROM);
        try (KeyValueIterator<Long, Arrival> known = waiting.range(from, Long.MAX_VALUE)) {
            return StrictOrder.next(from, values(known), config.batchSize());
        }
    }

    private void emit(Record<String, Arrival> record, List<Arrival> taken) {
        long number = value(NUMBER);
        taken.forEach(arrival -> waiting.delete(arrival.ordinal()));
        next.put(NUMBER, number + 1);
        next.put(FROM, value(FROM) + taken.size());
        context()
                .forward(record.withKey(Long.toString(number))
                        .withValue(CompleteBatch.of(number, taken, config.advantages(), configDigest)));
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
