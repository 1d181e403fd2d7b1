package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Reads a topic's committed records from its start, in offset order within a partition. A record that cannot be decoded is
 * skipped with a warning: it stays on the topic, and {@code longstream audit} counts it. Not thread-safe.
 */
public final class TopicReader<V extends SpecificRecord> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private final Topic<V> topic;
    private final RawTopic<V> records;

    /**
     * A record that could be decoded.
     *
     * @param partition partition of the record
     * @param offset offset of the record
     * @param timestamp time when the record was written, milliseconds since 1970
     * @param key key; "" without one
     * @param value decoded value
     */
    public record TopicRecord<V>(int partition, long offset, long timestamp, String key, V value) {}

    /**
     * Creates a reader with a consumer of its own.
     *
     * @throws LogException if the topic does not exist
     */
    public TopicReader(EventLog log, Topic<V> topic) {
        this(topic, new RawTopic<>(log, topic));
    }

    private TopicReader(Topic<V> topic, RawTopic<V> records) {
        this.topic = topic;
        this.records = records;
    }

    /** Passes every committed record that the topic has now to {@code use}, once. */
    public static <V extends SpecificRecord> void readAll(EventLog log, Topic<V> topic, Consumer<TopicRecord<V>> use) {
        try (TopicReader<V> reader = new TopicReader<>(topic, RawTopic.ofPresent(log, topic))) {
            reader.readToEnd(use);
        }
    }

    /** Reads the records since the last call, up to the end that the topic has when this method is called. */
    public void readToEnd(Consumer<TopicRecord<V>> use) {
        records.readToEnd(raw -> use(raw, use));
    }

    /** Reads new records; waits up to {@code patience} for the first one. */
    public void poll(Duration patience, Consumer<TopicRecord<V>> use) {
        records.poll(patience, raw -> use(raw, use));
    }

    private void use(RawTopic.Raw<V> raw, Consumer<TopicRecord<V>> use) {
        if (raw.value().isPresent()) {
            use.accept(new TopicRecord<>(
                    raw.partition(),
                    raw.offset(),
                    raw.timestamp(),
                    raw.key(),
                    raw.value().get()));
        } else {
            LOG.warn(
                    "The record at offset {} of partition {} of {} is skipped: it {}",
                    raw.offset(),
                    raw.partition(),
                    topic.name(),
                    raw.problem());
        }
    }

    @Override
    public void close() {
        records.close();
    }
}
