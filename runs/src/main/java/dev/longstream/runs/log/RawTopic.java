package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.UnansweredRegistry;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a topic including the records that cannot be decoded. Not thread-safe.
 *
 * @param <V> type of the records
 */
public final class RawTopic<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * One record of the topic, decoded if possible.
     *
     * @param partition partition of the record
     * @param offset offset of the record
     * @param timestamp time when the record was written, milliseconds since 1970
     * @param key key; "" without one
     * @param bytes size of the encoded value in bytes
     * @param value decoded value; empty if it cannot be decoded
     * @param problem reason why the value cannot be decoded; "" if it can
     */
    public record Raw<V>(
            int partition, long offset, long timestamp, String key, int bytes, Optional<V> value, String problem) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<V> deserializer;
    private final List<TopicPartition> partitions;

    /**
     * Opens the topic at its beginning.
     *
     * @throws LogException if there is no such topic
     */
    public RawTopic(EventLog log, Topic<V> topic) {
        Map<String, Object> settings = new HashMap<>(log.clientSettings());
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        this.consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        this.deserializer = log.deserializer();
        List<PartitionInfo> found = consumer.partitionsFor(topic.name());
        if (found == null || found.isEmpty()) {
            close();
            throw new LogException("There is no topic " + topic.name() + " on "
                    + log.address().bootstrapServers() + "; was the run started there?");
        }
        this.partitions = found.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Hands every committed record that the topic has now to {@code use}. */
    public static <V extends SpecificRecord> void readAll(EventLog log, Topic<V> topic, Consumer<Raw<V>> use) {
        try (RawTopic<V> reader = new RawTopic<>(log, topic)) {
            reader.readToEnd(use);
        }
    }

    /** Moves to the last {@code offsets} offsets of each partition; transaction markers count as offsets too. */
    public void seekToLast(long offsets) {
        consumer.endOffsets(partitions)
                .forEach((partition, end) -> consumer.seek(partition, Math.max(0, end - offsets)));
    }

    /** Hands the committed records from the current position to the present end to {@code use}. */
    public void readToEnd(Consumer<Raw<V>> use) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(POLL, use);
        }
    }

    /** Waits up to {@code patience} for new records and hands them to {@code use}. */
    public void poll(Duration patience, Consumer<Raw<V>> use) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(patience)) {
            use.accept(decode(record));
        }
    }

    private Raw<V> decode(ConsumerRecord<String, byte[]> record) {
        byte[] bytes = record.value();
        String key = record.key() == null ? "" : record.key();
        Optional<V> value = Optional.empty();
        String problem = "";
        int length = bytes == null ? 0 : bytes.length;
        try {
            value = Optional.ofNullable(bytes == null ? null : deserializer.deserialize(record.topic(), bytes));
            problem = value.isPresent() ? "" : "no value: the record deletes its key";
        } catch (RuntimeException e) { // any kind: a record that is too short underflows a buffer
            if (UnansweredRegistry.isBehind(e)) {
                throw new LogException("The schema registry does not answer: " + e.getMessage(), e);
            }
            problem = e.getCause() == null
                    ? e.toString()
                    : e.getMessage() + ": " + e.getCause().getMessage();
        }
        return new Raw<>(record.partition(), record.offset(), record.timestamp(), key, length, value, problem);
    }

    @Override
    public void close() {
        consumer.close();
        deserializer.close();
    }
}
