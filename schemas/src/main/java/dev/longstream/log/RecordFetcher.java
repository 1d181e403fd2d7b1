package dev.longstream.log;

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

/** Reads records of a topic by partition and offset. One thread uses it. */
public final class RecordFetcher<V extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Records between two wanted ones that are read over rather than skipped by a seek. */
    private static final long READ_OVER = 1000;

    private final KafkaConsumer<String, V> consumer;
    private final Topic<V> topic;
    private final Duration patience;

    /** @param patience how long to wait for records before saying that they are not there */
    public RecordFetcher(EventLog log, Topic<V> topic, Duration patience) {
        this.consumer = log.consumer(Map.of("max.poll.records", 500, "fetch.max.wait.ms", TopicReader.FETCH_WAIT_MS));
        this.topic = topic;
        this.patience = patience;
    }

    /**
     * @return the records, by reference
     * @throws LogException if one is not there: below the log's start, above its end, or compacted away
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
            for (ConsumerRecord<String, V> record : consumer.poll(POLL)) {
                NavigableMap<Long, RecordRef> offsets =
                        wanted.get(new TopicPartition(record.topic(), record.partition()));
                RecordRef reference = offsets == null ? null : offsets.remove(record.offset());
                if (reference != null) {
                    found.put(reference, record.value());
                }
            }
            moveOn(wanted);
            if (!wanted.isEmpty() && System.nanoTime() > deadline) {
                throw new LogException("Topic " + topic.name() + " did not give all of " + references.size()
                        + " records within " + patience + "; still missing " + wanted);
            }
        }
        consumer.assign(List.of());
        return found;
    }

    /** Drops partitions that are done, and jumps over long stretches that nobody wants. */
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
                        + partition.partition() + " (reading went on at " + position + "): was it compacted or cut?");
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
    }
}
