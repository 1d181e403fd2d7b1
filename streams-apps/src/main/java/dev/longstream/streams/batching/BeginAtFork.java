package dev.longstream.streams.batching;

import dev.longstream.record.Batch;
import dev.longstream.record.Control;
import dev.longstream.streams.topology.Located;
import dev.longstream.streams.topology.WrittenRecords;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Reads from {@code control} with which number a run's batches begin, where the run begins at a step of another one. Groups may
 * arrive earlier than this command; they wait for it, because a fork has no group of ordinal 0.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class BeginAtFork extends ContextualProcessor<String, Located<Control>, String, Batch> {
    private final BatchingConfig config;
    private final String configDigest;
    private final WrittenRecords<Batch> written;
    private WaitingGroups groups;

    BeginAtFork(BatchingConfig config, String configDigest, WrittenRecords<Batch> written) {
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
    }

    @Override
    public void process(Record<String, Located<Control>> record) {
        Control command = record.value().value();
        if (command.getFork() != null) {
            written.newest(0).ifPresent(groups::goOnAfter);
            groups.beginAt(command.getFork());
            groups.complete().forEach(batch -> context()
                    .forward(record.withKey(Long.toString(batch.getBatch())).withValue(batch)));
        }
    }
}
