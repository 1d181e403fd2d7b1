package dev.longstream.runs.monitoring;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Reads from the broker how far a role is behind. Where offsets say that something is left, it reads the first record that is, because
 * markers of transactions take up offsets, too, and because the record says how long it has waited. Used by one thread.
 */
final class LagReader implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MAX_POLLS = 20;
    private static final double MILLI = 1000;

    private final EventLog log;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Integer> partitions = new HashMap<>();

    /**
     * Records of one topic that a role has yet to read.
     *
     * @param records offsets from the first record to the end of the topic
     * @param ageSeconds age of the first record in seconds; 0 without one
     */
    record Lag(long records, double ageSeconds) {
        Lag plus(Lag other) {
            return new Lag(records + other.records, Math.max(ageSeconds, other.ageSeconds));
        }
    }

    /**
     * Progress of a role through its topics.
     *
     * @param position sum of the offsets up to which it has read; it grows while the role works
     * @param lags what it has yet to read, by the topic's name without the run's prefix
     */
    record Place(long position, Map<String, Lag> lags) {
        /** Returns the topic that most records wait on, with their number; empty if none wait. */
        String waiting() {
            return lags.entrySet().stream()
                    .filter(lag -> lag.getValue().records() > 0)
                    .max(Map.Entry.comparingByValue((a, b) -> Long.compare(a.records(), b.records())))
                    .map(lag -> lag.getValue().records() + " records wait on " + lag.getKey())
                    .orElse("");
        }
    }

    LagReader(EventLog log) {
        this.log = log;
        this.admin = log.admin();
        this.consumer = log.consumer(Map.of("max.partition.fetch.bytes", 1)); // one batch at a time
    }

    /** Returns how far a role is. */
    Place read(ReadPosition how) throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> positions = positions(how);
        Map<TopicPartition, Long> ends = offsets(positions.keySet(), OffsetSpec.latest());
        Map<TopicPartition, Long> left = new HashMap<>();
        Map<String, Lag> lags = new TreeMap<>();
        positions.forEach((partition, position) -> {
            lags.put(shortName(partition), new Lag(0, 0));
            if (position < ends.getOrDefault(partition, 0L)) {
                left.put(partition, position);
            }
        });
        firstRecords(left, ends).forEach((partition, lag) -> lags.merge(shortName(partition), lag, Lag::plus));
        return new Place(positions.values().stream().mapToLong(Long::longValue).sum(), lags);
    }

    private String shortName(TopicPartition partition) {
        return partition.topic().substring(log.topics().name("").length());
    }

    private Map<TopicPartition, Long> positions(ReadPosition how)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (how instanceof ReadPosition.Committed committed) {
            return committed(committed);
        }
        if (how instanceof ReadPosition.Shared shared) {
            return shared(shared);
        }
        ReadPosition.Kept kept = (ReadPosition.Kept) how;
        long next = kept.next().getAsLong();
        TopicPartition only = new TopicPartition(kept.topic().name(), 0);
        return next < 0 ? offsets(Set.of(only), OffsetSpec.latest()) : Map.of(only, next);
    }

    private Map<TopicPartition, Long> committed(ReadPosition.Committed how)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> found =
                get(admin.listConsumerGroupOffsets(how.group()).partitionsToOffsetAndMetadata());
        found.forEach((partition, offset) -> {
            if (offset != null) {
                positions.put(partition, offset.offset());
            }
        });
        Set<TopicPartition> unread = new HashSet<>(partitionsOf(how.main()));
        unread.removeAll(positions.keySet());
        if (!unread.isEmpty()) {
            positions.putAll(offsets(unread, OffsetSpec.earliest()));
        }
        return positions;
    }

    /**
     * Returns the offset up to which a queue is processed. The broker's start offset may be out of date; its lag is not, so a lag of 0
     * means the end of the queue.
     */
    private Map<TopicPartition, Long> shared(ReadPosition.Shared how)
            throws ExecutionException, TimeoutException, InterruptedException {
        TopicPartition queue = new TopicPartition(how.queue().name(), 0);
        SharePartitionOffsetInfo found;
        try {
            found = get(admin.listShareGroupOffsets(Map.of(
                                    how.group(), new ListShareGroupOffsetsSpec().topicPartitions(List.of(queue))))
                            .partitionsToOffsetInfo(how.group()))
                    .get(queue);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
            found = null; // no worker has joined yet
        }
        if (found == null) {
            return offsets(Set.of(queue), OffsetSpec.earliest());
        }
        return found.lag().filter(lag -> lag == 0).isPresent()
                ? offsets(Set.of(queue), OffsetSpec.latest())
                : Map.of(queue, found.startOffset());
    }

    private List<TopicPartition> partitionsOf(Topic<?> topic)
            throws ExecutionException, TimeoutException, InterruptedException {
        Integer known = partitions.get(topic.name());
        if (known == null) {
            TopicDescription description = get(admin.describeTopics(List.of(topic.name()))
                            .allTopicNames())
                    .get(topic.name());
            known = Objects.requireNonNull(description).partitions().size();
            partitions.put(topic.name(), known);
        }
        return IntStream.range(0, known)
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> wanted, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        wanted.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, ListOffsetsResultInfo> found =
                get(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static <T> T get(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Reads the first record of each partition from a position on; a partition without one has no lag. */
    private Map<TopicPartition, Lag> firstRecords(Map<TopicPartition, Long> left, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Lag> lags = new HashMap<>();
        Set<TopicPartition> open = new HashSet<>(left.keySet());
        consumer.assign(open);
        left.forEach(consumer::seek);
        for (int polls = 0; polls < MAX_POLLS && !open.isEmpty(); polls++) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                long end = ends.getOrDefault(partition, 0L);
                if (open.remove(partition) && record.offset() < end) {
                    double age = Math.max(0, System.currentTimeMillis() - record.timestamp()) / MILLI;
                    lags.put(partition, new Lag(end - record.offset(), age));
                }
            }
            open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
            consumer.pause(left.keySet().stream()
                    .filter(partition -> !open.contains(partition))
                    .toList());
        }
        return lags;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ZERO);
    }
}
