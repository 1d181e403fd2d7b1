package dev.longstream.log;

import dev.longstream.failure.UnreachableException;
import dev.longstream.record.RecordRef;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads single records of a topic by partition and offset. Not thread-safe. */
public final class RecordFetcher<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Maximum gap, in records, between two wanted records that is read and dropped instead of skipped by a seek. */
    private static final long READ_OVER = 1000;

    private final KafkaConsumer<String, byte[]> consumer;
    private final RecordDecoder<V> decoder;
    private final Topic<V> topic;
    private final Duration patience;

    /**
     * Creates a fetcher with a consumer of its own.
     *
     * @param patience how long to wait for records before they count as missing
     */
    public RecordFetcher(EventLog log, Topic<V> topic, Duration patience) {
        this.consumer =
                log.consumer(Map.of("max.poll.records", 500, "fetch.max.wait.ms", RawTopic.FETCH_WAIT_OF_PRESENT_MS));
        this.decoder = new RecordDecoder<>(log, topic);
        this.topic = topic;
        this.patience = patience;
    }

    /**
     * Reads records and returns them by reference.
     *
     * @throws UnreachableException if the broker does not answer in time
     * @throws LogException if a record does not exist: below the log's start, above its end, or removed by compaction;
     *     or if it cannot be decoded. Records between the wanted ones are not decoded
     */
    public Map<RecordRef, V> fetch(Collection<RecordRef> references) {
        Map<TopicPartition, NavigableMap<Long, RecordRef>> wanted = new HashMap<>();
        for (RecordRef reference : references) {
            wanted.computeIfAbsent(
                            new TopicPartition(topic.name(), reference.getPartition()), partition -> new TreeMap<>())
                    .put(reference.getOffset(), reference);
        }
        Map<RecordRef, V> found = new HashMap<>();
        consumer.assign(wanted.keySet());
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.firstKey()));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!wanted.isEmpty()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                NavigableMap<Long, RecordRef> offsets =
                        wanted.get(new TopicPartition(record.topic(), record.partition()));
                RecordRef reference = offsets == null ? null : offsets.remove(record.offset());
                if (reference != null) {
                    found.put(reference, decoded(record));
                }
            }
            moveOn(wanted);
            if (!wanted.isEmpty() && System.nanoTime() > deadline) {
                throw new UnreachableException("Topic " + topic.name() + " did not give all of " + references.size()
                        + " records within " + patience + "; still missing " + wanted);
            }
        }
        consumer.assign(List.of());
        return found;
    }

    private V decoded(ConsumerRecord<String, byte[]> record) {
        try {
            return decoder.decode(record.value());
        } catch (BadRecordException e) {
            throw new LogException(
                    "The record at offset " + record.offset() + " of partition " + record.partition() + " of "
                            + topic.name() + " is needed, but it " + e.getMessage(),
                    e);
        }
    }

    /** Pauses partitions that are read completely, and seeks over long gaps. */
    private void moveOn(Map<TopicPartition, NavigableMap<Long, RecordRef>> wanted) {
        wanted.entrySet().removeIf(entry -> {
            TopicPartition partition = entry.getKey();
            if (entry.getValue().isEmpty()) {
                consumer.pause(List.of(partition));
                return true;
            }
            long next = entry.getValue().firstKey();
            long position = consumer.position(partition);
            if (position > next) {
                throw new LogException("Topic " + topic.name() + " no longer holds offset " + next + " of partition "
                        + partition.partition() + " (the next one is " + position
                        + "): it was pruned (see 'longstream audit'), compacted or truncated");
            }
            if (next - position > READ_OVER) {
                consumer.seek(partition, next);
            }
            return false;
        });
    }

    @Override
    public void close() {
        consumer.close();
        decoder.close();
    }
}
