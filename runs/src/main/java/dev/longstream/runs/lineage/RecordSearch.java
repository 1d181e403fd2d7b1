package dev.longstream.runs.lineage;

import dev.longstream.failure.UnreachableException;
import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import dev.longstream.record.RecordRef;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Finds records of a run's topics: by address, by binary search over offsets, or by time and key. Only records that are wanted
 * are decoded. One that cannot be decoded is passed over with a warning. Not thread-safe.
 */
final class RecordSearch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSearch.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Milliseconds that the broker may delay an empty answer. Each next read waits for the fetch under way. */
    private static final int FETCH_WAIT_MS = 5;
    /** Largest gap, in offsets, between two wanted records that is read over instead of skipped. */
    private static final long READ_OVER = 500;
    /** Largest difference, in milliseconds, between the clocks of machines that write to one log. */
    private static final long CLOCKS_DIFFER_MS = 120_000;
    /** First number of offsets that a search from the end reads; each further window is twice as long. */
    private static final long WINDOW = 64;

    private final EventLog log;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, RecordDecoder<?>> decoders = new HashMap<>();
    private final Map<String, List<TopicPartition>> partitions = new HashMap<>();

    RecordSearch(EventLog log) {
        this.log = log;
        this.consumer = log.consumer(Map.of("fetch.max.wait.ms", FETCH_WAIT_MS));
    }

    /** Returns whether the broker has a topic. */
    boolean exists(Topic<?> topic) {
        return !partitions(topic).isEmpty();
    }

    /** Returns the records at these addresses; those that are not on the log any more are left out. */
    <V extends SpecificRecord> Map<RecordRef, FoundRecord<V>> fetch(Topic<V> topic, Collection<RecordRef> references) {
        Map<TopicPartition, NavigableSet<Long>> wanted = new HashMap<>();
        references.forEach(reference -> wanted.computeIfAbsent(
                        new TopicPartition(topic.name(), reference.getPartition()), any -> new TreeSet<>())
                .add(reference.getOffset()));
        wanted.keySet().retainAll(partitions(topic));
        Map<RecordRef, FoundRecord<V>> found = new HashMap<>();
        Map<TopicPartition, Long> begins = begins(wanted.keySet());
        Map<TopicPartition, Long> ends = ends(wanted.keySet());
        wanted.forEach((partition, offsets) -> {
            for (Range range : ranges(offsets, at(begins, partition), at(ends, partition))) {
                read(Map.of(partition, range.from()), Map.of(partition, range.to()), record -> {
                    if (offsets.contains(record.offset())) {
                        decode(topic, record).ifPresent(value -> found.put(value.place(), value));
                    }
                    return true;
                });
            }
        });
        return found;
    }

    /** Offsets from {@code from} to {@code to}, exclusive. */
    private record Range(long from, long to) {}

    private static List<Range> ranges(NavigableSet<Long> offsets, long begin, long end) {
        List<Range> ranges = new ArrayList<>();
        for (long offset : offsets.subSet(begin, end)) {
            Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && offset - last.to() <= READ_OVER) {
                ranges.set(ranges.size() - 1, new Range(last.from(), offset + 1));
            } else {
                ranges.add(new Range(offset, offset + 1));
            }
        }
        return ranges;
    }

    /**
     * Returns the last record whose number is at most {@code wanted}, by binary search.
     *
     * @param topic a topic of one partition whose numbers ascend with the offsets
     */
    <V extends SpecificRecord> Optional<FoundRecord<V>> lastAtMost(
            Topic<V> topic, ToLongFunction<V> number, long wanted) {
        Optional<FoundRecord<V>> best = Optional.empty();
        for (TopicPartition partition : partitions(topic)) {
            long low = at(begins(List.of(partition)), partition);
            long high = at(ends(List.of(partition)), partition);
            while (low < high) {
                long middle = (low + high) >>> 1;
                Optional<FoundRecord<V>> found = first(topic, partition, middle, high);
                if (found.isPresent() && number.applyAsLong(found.get().value()) <= wanted) {
                    best = found;
                    low = found.get().place().getOffset() + 1;
                } else {
                    high = middle;
                }
            }
        }
        return best;
    }

    /** Returns the record whose number is {@code wanted}, by binary search as {@link #lastAtMost}. */
    <V extends SpecificRecord> Optional<FoundRecord<V>> numbered(
            Topic<V> topic, ToLongFunction<V> number, long wanted) {
        return lastAtMost(topic, number, wanted).filter(found -> number.applyAsLong(found.value()) == wanted);
    }

    /** Returns the first record of a topic that can be decoded. */
    <V extends SpecificRecord> Optional<FoundRecord<V>> first(Topic<V> topic) {
        for (TopicPartition partition : partitions(topic)) {
            Optional<FoundRecord<V>> found = first(
                    topic,
                    partition,
                    at(begins(List.of(partition)), partition),
                    at(ends(List.of(partition)), partition));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private <V extends SpecificRecord> Optional<FoundRecord<V>> first(
            Topic<V> topic, TopicPartition partition, long from, long to) {
        List<FoundRecord<V>> found = new ArrayList<>();
        read(Map.of(partition, from), Map.of(partition, to), record -> {
            decode(topic, record).ifPresent(found::add);
            return found.isEmpty();
        });
        return found.stream().findFirst();
    }

    /**
     * Hands records to {@code more} from a time on, until it returns false. Clocks of different machines may differ by {@link
     * #CLOCKS_DIFFER_MS}.
     *
     * @param since milliseconds since 1970: records before the first one that is not older are passed over
     * @param key tells by a record's key whether it is wanted; others are not decoded
     */
    <V extends SpecificRecord> void since(
            long since, Topic<V> topic, Predicate<String> key, Predicate<FoundRecord<V>> more) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions(topic).forEach(partition -> times.put(partition, Math.max(0, since - CLOCKS_DIFFER_MS)));
        Map<TopicPartition, Long> ends = ends(times.keySet());
        Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp start = starts.get(partition);
            from.put(partition, start == null ? end : (Long) start.offset());
        });
        scan(topic, from, ends, key, more);
    }

    /** Hands records to {@code more} from the topic's beginning, until it returns false. */
    <V extends SpecificRecord> void all(Topic<V> topic, Predicate<String> key, Predicate<FoundRecord<V>> more) {
        List<TopicPartition> all = partitions(topic);
        scan(topic, begins(all), ends(all), key, more);
    }

    /** Hands records of a topic of one partition to {@code more} from an offset on, until it returns false. */
    <V extends SpecificRecord> void from(long offset, Topic<V> topic, Predicate<FoundRecord<V>> more) {
        Map<TopicPartition, Long> from = new HashMap<>();
        begins(partitions(topic)).forEach((partition, begin) -> from.put(partition, Math.max(begin, offset)));
        scan(topic, from, ends(from.keySet()), any -> true, more);
    }

    /**
     * Hands records of a topic of one partition to {@code more} until it returns false: first those written up to a time, in
     * windows from the newest to the oldest, then the later ones.
     */
    <V extends SpecificRecord> void backFrom(
            long time, Topic<V> topic, Predicate<String> key, Predicate<FoundRecord<V>> more) {
        for (TopicPartition partition : partitions(topic)) {
            long begin = at(begins(List.of(partition)), partition);
            long end = at(ends(List.of(partition)), partition);
            OffsetAndTimestamp after =
                    consumer.offsetsForTimes(Map.of(partition, time + 1)).get(partition);
            long start = after == null ? end : after.offset();
            boolean[] goesOn = {true};
            Predicate<FoundRecord<V>> noting = found -> goesOn[0] = more.test(found);
            long high = start;
            for (long window = WINDOW; goesOn[0] && high > begin; window *= 2) {
                long low = Math.max(begin, high - window);
                scan(topic, Map.of(partition, low), Map.of(partition, high), key, noting);
                high = low;
            }
            if (goesOn[0]) {
                scan(topic, Map.of(partition, start), Map.of(partition, end), key, noting);
            }
        }
    }

    private <V extends SpecificRecord> void scan(
            Topic<V> topic,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Predicate<String> key,
            Predicate<FoundRecord<V>> more) {
        read(from, to, record -> {
            if (!key.test(Objects.requireNonNullElse(record.key(), ""))) {
                return true;
            }
            Optional<FoundRecord<V>> found = decode(topic, record);
            return found.isEmpty() || more.test(found.get());
        });
    }

    /** Reads partitions from {@code from} up to {@code to}, exclusive, until {@code more} returns false. */
    private void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> to,
            Predicate<ConsumerRecord<String, byte[]>> more) {
        Set<TopicPartition> open = new HashSet<>(from.keySet());
        open.removeIf(partition -> at(from, partition) >= at(to, partition));
        consumer.assign(open);
        consumer.resume(open); // a partition that an earlier read had finished is still paused
        open.forEach(partition -> consumer.seek(partition, at(from, partition)));
        long advancedAt = System.nanoTime();
        long before = -1;
        while (!open.isEmpty()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                boolean wanted = record.offset() < at(to, new TopicPartition(record.topic(), record.partition()));
                if (wanted && !more.test(record)) {
                    return;
                }
            }
            long position = open.stream().mapToLong(consumer::position).sum();
            if (position != before) {
                before = position;
                advancedAt = System.nanoTime();
            } else if (System.nanoTime() - advancedAt > PATIENCE.toNanos()) {
                throw new UnreachableException("Topic "
                        + open.iterator().next().topic() + " gave no record for " + PATIENCE.toSeconds()
                        + " s, before its end");
            }
            List<TopicPartition> done = open.stream()
                    .filter(partition -> consumer.position(partition) >= at(to, partition))
                    .toList();
            consumer.pause(done);
            done.forEach(open::remove);
        }
    }

    private List<TopicPartition> partitions(Topic<?> topic) {
        return partitions.computeIfAbsent(topic.name(), name -> {
            List<PartitionInfo> found = consumer.partitionsFor(name);
            return found == null
                    ? List.of()
                    : found.stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
        });
    }

    private Map<TopicPartition, Long> begins(Collection<TopicPartition> of) {
        consumer.assign(of); // else the client warns of each offset that it cannot remember
        return consumer.beginningOffsets(of);
    }

    private Map<TopicPartition, Long> ends(Collection<TopicPartition> of) {
        consumer.assign(of);
        return consumer.endOffsets(of);
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition));
    }

    private <V extends SpecificRecord> Optional<FoundRecord<V>> decode(
            Topic<V> topic, ConsumerRecord<String, byte[]> record) {
        try {
            SpecificRecord value = decoders.computeIfAbsent(topic.name(), any -> new RecordDecoder<>(log, topic))
                    .decode(record.value());
            return Optional.of(new FoundRecord<>(
                    new RecordRef(record.partition(), record.offset()),
                    record.timestamp(),
                    Objects.requireNonNullElse(record.key(), ""),
                    topic.value().cast(value)));
        } catch (BadRecordException e) {
            LOG.warn(
                    "The record at offset {} of partition {} of {} is passed over: it {}",
                    record.offset(),
                    record.partition(),
                    topic.name(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        consumer.close();
        decoders.values().forEach(RecordDecoder::close);
    }
}
