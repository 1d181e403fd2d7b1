package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.streams.topology.Counter;
import dev.longstream.streams.topology.StoreFormat;
import dev.longstream.streams.topology.WrittenRecords;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * Stores groups until their turn comes and emits every complete batch. A single task does this for the run. If its store was
 * lost, it goes on after the newest batch on the log.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class FillBatches extends ContextualProcessor<String, Arrival, String, Batch> {
    /** Version of the format of {@code next-batch}; {@link Arrival} has a version of its own. */
    private static final int FORMAT = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FillBatches.class);

    private final BatchingConfig config;
    private final String configDigest;
    private final WrittenRecords<Batch> written;
    private WaitingGroups groups;
    private StoreFormat format;
    private Optional<Batch> newest = Optional.empty();
    private Counter duplicates;

    FillBatches(BatchingConfig config, String configDigest, WrittenRecords<Batch> written) {
        this.config = config;
        this.configDigest = configDigest;
        this.written = written;
    }

    @Override
    public void init(ProcessorContext<String, Batch> context) {
        super.init(context);
        groups = new WaitingGroups(
                config,
                configDigest,
                context.getStateStore(WaitingGroups.WAITING),
                context.getStateStore(WaitingGroups.NEXT));
        format = StoreFormat.check(BatchingTopology.STAGE, context.getStateStore(WaitingGroups.NEXT), FORMAT);
        duplicates = new Counter(context, "duplicates");
        newest = written.newest(0);
    }

    @Override
    public void process(Record<String, Arrival> record) {
        format.mark();
        newest.ifPresent(groups::goOnAfter);
        newest = Optional.empty();
        Arrival arrival = record.value();
        if (!groups.add(arrival)) {
            duplicates.add();
            LOG.info("Ordinal {} came again, with group {}; the first counts", arrival.ordinal(), arrival.groupId());
            return;
        }
        groups.complete().forEach(batch -> context()
                .forward(record.withKey(Long.toString(batch.getBatch())).withValue(batch)));
    }
}
