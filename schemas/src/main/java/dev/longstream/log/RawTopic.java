package dev.longstream.log;

import dev.longstream.failure.UnreachableException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Reads a topic including the records that cannot be decoded. Not thread-safe.
 *
 * @param <V> type of the records
 */
public final class RawTopic<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Milliseconds that the broker may delay an empty answer. Closing a reader waits for the fetch under way. */
    private static final int FETCH_WAIT_MS = 50;
    /** The same for readers of what is on the log already: each next read waits for the fetch under way, too. */
    static final int FETCH_WAIT_OF_PRESENT_MS = 5;

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
    private final RecordDecoder<V> decoder;
    private final List<TopicPartition> partitions;

    /**
     * Opens all partitions of the topic at their beginning.
     *
     * @throws LogException if there is no such topic
     */
    public RawTopic(EventLog log, Topic<V> topic) {
        this(log, topic, any -> true, FETCH_WAIT_MS);
    }

    /**
     * Opens one partition of the topic at its beginning.
     *
     * @throws LogException if there is no such partition
     */
    public RawTopic(EventLog log, Topic<V> topic, int partition) {
        this(log, topic, found -> found == partition, FETCH_WAIT_MS);
    }

    private RawTopic(EventLog log, Topic<V> topic, IntPredicate wanted, int fetchWaitMs) {
        this.consumer = log.consumer(Map.of("fetch.max.wait.ms", fetchWaitMs));
        this.decoder = new RecordDecoder<>(log, topic);
        List<PartitionInfo> found = consumer.partitionsFor(topic.name());
        this.partitions = found == null
                ? List.of()
                : found.stream()
                        .filter(info -> wanted.test(info.partition()))
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            close();
            throw new LogException("There is no topic " + topic.name() + " on "
                    + log.address().bootstrapServers() + "; was the run started there?");
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Hands every committed record that the topic has now to {@code use}. */
    public static <V extends SpecificRecord> void readAll(EventLog log, Topic<V> topic, Consumer<Raw<V>> use) {
        try (RawTopic<V> reader = ofPresent(log, topic)) {
            reader.readToEnd(use);
        }
    }

    /** Opens all partitions of the topic at their beginning, to read once what they have now. */
    static <V extends SpecificRecord> RawTopic<V> ofPresent(EventLog log, Topic<V> topic) {
        return new RawTopic<>(log, topic, any -> true, FETCH_WAIT_OF_PRESENT_MS);
    }

    /**
     * Moves to the last {@code offsets} offsets of each partition; transaction markers count as offsets too.
     *
     * @return whether this is the beginning of every partition
     */
    public boolean seekToLast(long offsets) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        boolean atBeginning = true;
        for (Map.Entry<TopicPartition, Long> end :
                consumer.endOffsets(partitions).entrySet()) {
            long begin = Objects.requireNonNull(begins.get(end.getKey()));
            long position = Math.max(begin, end.getValue() - offsets);
            consumer.seek(end.getKey(), position);
            atBeginning &= position == begin;
        }
        return atBeginning;
    }

    /**
     * Hands the committed records from the current position to the present end to {@code use}.
     *
     * @throws UnreachableException if the broker gives no record for a minute; the next call reads on from there
     */
    public void readToEnd(Consumer<Raw<V>> use) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long before = -1;
        long advancedAt = System.nanoTime();
        for (long behind = behind(ends); behind > 0; behind = behind(ends)) {
            if (behind != before) {
                before = behind;
                advancedAt = System.nanoTime();
            } else if (System.nanoTime() - advancedAt > PATIENCE.toNanos()) {
                throw new UnreachableException("Topic " + partitions.get(0).topic() + " gave no record for "
                        + PATIENCE.toSeconds() + " s, " + behind + " offsets before its end");
            }
            poll(POLL, use);
        }
    }

    private long behind(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    /**
     * Waits up to {@code patience} for new records and hands them to {@code use}.
     *
     * @throws dev.longstream.failure.UnreachableException if the schema registry does not answer; the next call reads the same records again
     */
    public void poll(Duration patience, Consumer<Raw<V>> use) {
        ConsumerRecords<String, byte[]> records = consumer.poll(patience);
        Map<TopicPartition, Long> unread = new LinkedHashMap<>();
        records.partitions()
                .forEach(partition ->
                        unread.put(partition, records.records(partition).get(0).offset()));
        try {
            for (TopicPartition partition : records.partitions()) {
                for (ConsumerRecord<String, byte[]> record : records.records(partition)) {
                    use.accept(decode(record));
                    unread.put(partition, record.offset() + 1);
                }
                unread.remove(partition);
            }
        } finally {
            unread.forEach(consumer::seek);
        }
    }

    private Raw<V> decode(ConsumerRecord<String, byte[]> record) {
        String key = record.key() == null ? "" : record.key();
        int length = record.value() == null ? 0 : record.value().length;
        Optional<V> value = Optional.empty();
        String problem = "";
        try {
            value = Optional.of(decoder.decode(record.value()));
        } catch (BadRecordException e) {
            problem = String.valueOf(e.getMessage());
        }
        return new Raw<>(record.partition(), record.offset(), record.timestamp(), key, length, value, problem);
    }

    @Override
    public void close() {
        consumer.close();
        decoder.close();
    }
}
