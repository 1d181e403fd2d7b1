package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads a topic's committed records from its start, in offset order within a partition. Not thread-safe. */
public final class TopicReader<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Milliseconds that the broker may delay an empty answer. Closing a reader waits for the fetch under way. */
    static final int FETCH_WAIT_MS = 50;

    private final KafkaConsumer<String, V> consumer;
    private final List<TopicPartition> partitions;

    /**
     * Creates a reader with a consumer of its own.
     *
     * @throws LogException if the topic does not exist
     */
    public TopicReader(EventLog log, Topic<V> topic) {
        this.consumer = log.consumer(Map.of("allow.auto.create.topics", false, "fetch.max.wait.ms", FETCH_WAIT_MS));
        List<PartitionInfo> found = consumer.partitionsFor(topic.name());
        if (found == null || found.isEmpty()) {
            consumer.close();
            throw new LogException("There is no topic " + topic.name() + " on "
                    + log.address().bootstrapServers() + "; was the run started there?");
        }
        this.partitions = found.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Passes every committed record that the topic has now to {@code use}, once. */
    public static <V extends SpecificRecord> void readAll(
            EventLog log, Topic<V> topic, Consumer<ConsumerRecord<String, V>> use) {
        try (TopicReader<V> reader = new TopicReader<>(log, topic)) {
            reader.readToEnd(use);
        }
    }

    /** Reads the records since the last call, up to the end that the topic has when this method is called. */
    public void readToEnd(Consumer<ConsumerRecord<String, V>> use) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(use);
        }
    }

    /** Reads new records; waits up to {@code patience} for the first one. */
    public void poll(Duration patience, Consumer<ConsumerRecord<String, V>> use) {
        consumer.poll(patience).forEach(use);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
