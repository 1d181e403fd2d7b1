package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Copies topics of one run to another without change: bytes, partitions, order and timestamps. Continues an interrupted copy.
 * Not thread-safe.
 */
public final class TopicCopy implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Milliseconds that the broker may delay an empty answer. Closing the reader waits for the fetch under way. */
    private static final int FETCH_WAIT_MS = 50;

    private final EventLog from;
    private final EventLog to;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final KafkaProducer<byte[], byte[]> writer;

    /**
     * Opens a copy from one run to another.
     *
     * @param to log of a run on the same cluster, whose topics exist and have the same number of partitions
     */
    public TopicCopy(EventLog from, EventLog to) {
        this.from = from;
        this.to = to;
        this.reader = reader();
        this.writer = writer();
    }

    /**
     * Copies a topic and returns the number of its records, those of an earlier copy included.
     *
     * @throws LogException if the source has no such topic or the broker rejects a record
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback records a failed write
    public long copy(Topic<?> source, Topic<?> target) {
        List<TopicPartition> partitions = partitions(source);
        List<PartitionInfo> found = reader.partitionsFor(source.name());
        if (found == null || found.size() != partitions.size()) {
            throw new LogException("There is no topic " + source.name() + " of " + partitions.size()
                    + " partitions on " + from.address().bootstrapServers() + ": it has "
                    + (found == null ? 0 : found.size())
                    + "; was the run started there, and with the same log.partitions?");
        }
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        Map<TopicPartition, Long> copiedBefore = reader.endOffsets(partitions(target));
        Map<Integer, Long> read = new HashMap<>();
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                long number = read.merge(record.partition(), 1L, Long::sum);
                if (number > copiedBefore.getOrDefault(new TopicPartition(target.name(), record.partition()), 0L)) {
                    writer.send(
                            new ProducerRecord<>(
                                    target.name(),
                                    record.partition(),
                                    record.timestamp(),
                                    record.key(),
                                    record.value(),
                                    record.headers()),
                            (metadata, failure) -> failed.compareAndSet(null, failure));
                }
            }
        }
        writer.flush();
        if (failed.get() != null) {
            throw new LogException(
                    source.name() + " cannot be copied to " + target.name() + ": " + failed.get(), failed.get());
        }
        return read.values().stream().mapToLong(Long::longValue).sum();
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        Map<String, Object> settings = from.clientSettings();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("fetch.max.wait.ms", FETCH_WAIT_MS);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> writer() {
        Map<String, Object> settings = to.clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "zstd");
        settings.put("linger.ms", 20); // a broker in the process writes every batch to the disk before it answers
        settings.put("batch.size", 1 << 20);
        settings.put("max.request.size", to.topics().deadLetters().maxRecordBytes());
        settings.put("buffer.memory", 4L * to.topics().deadLetters().maxRecordBytes());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static List<TopicPartition> partitions(Topic<?> topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }

    @Override
    public void close() {
        try (writer) {
            reader.close();
        }
    }
}
