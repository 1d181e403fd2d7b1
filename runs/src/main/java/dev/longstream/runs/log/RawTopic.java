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
 * Reads a topic as it is, records that cannot be decoded included. One thread uses it.
 *
 * @param <V> the topic's records
 */
public final class RawTopic<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * One record.
     *
     * @param timestamp milliseconds since 1970, when it was written
     * @param bytes of the value as written
     * @param value empty: it cannot be decoded, see problem
     * @param problem why not; empty where there is a value
     */
    public record Raw<V>(
            int partition, long offset, long timestamp, String key, int bytes, Optional<V> value, String problem) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<V> deserializer;
    private final List<TopicPartition> partitions;

    /** @throws LogException if there is no such topic */
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

    /** Every committed record of the topic as it is now, once. */
    public static <V extends SpecificRecord> void readAll(EventLog log, Topic<V> topic, Consumer<Raw<V>> use) {
        try (RawTopic<V> reader = new RawTopic<>(log, topic)) {
            reader.readToEnd(use);
        }
    }

    /** Goes to the last so many offsets of each partition; markers of transactions count as offsets too. */
    public void seekToLast(long offsets) {
        consumer.endOffsets(partitions)
                .forEach((partition, end) -> consumer.seek(partition, Math.max(0, end - offsets)));
    }

    public void readToEnd(Consumer<Raw<V>> use) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(POLL, use);
        }
    }

    /** Waits up to {@code patience} for something new. */
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
            problem = value.isPresent() ? "" : "no value: the key was deleted";
        } catch (RuntimeException e) { // short records underflow a buffer rather than fail to be deserialized
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
