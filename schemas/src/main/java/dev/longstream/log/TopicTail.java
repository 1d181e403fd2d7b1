package dev.longstream.log;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads one partition of a topic from either end: its newest record in constant time, or all of its records. */
public final class TopicTail {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long FIRST_STEP = 8;

    private TopicTail() {}

    /** Returns the newest committed record of a partition that can be decoded; empty if there is none. */
    public static <V extends SpecificRecord> Optional<V> newest(EventLog log, Topic<V> topic, int partition) {
        TopicPartition place = new TopicPartition(topic.name(), partition);
        try (KafkaConsumer<String, byte[]> consumer = log.consumer(Map.of());
                RecordDecoder<V> decoder = new RecordDecoder<>(log, topic)) {
            consumer.assign(List.of(place));
            long begin = offset(consumer.beginningOffsets(List.of(place)).get(place));
            long end = offset(consumer.endOffsets(List.of(place)).get(place));
            // Markers of transactions take offsets, too: step back until a record is found.
            Found<V> found = new Found<>();
            long from = end;
            for (long step = FIRST_STEP; found.value == null && from > begin; step *= 2) {
                from = Math.max(begin, end - step);
                read(consumer, place, from, end, decoder, found);
            }
            return Optional.ofNullable(found.value);
        }
    }

    /** Passes every committed record that a partition has now, and that can be decoded, to {@code use}. */
    public static <V extends SpecificRecord> void each(EventLog log, Topic<V> topic, int partition, Consumer<V> use) {
        TopicPartition place = new TopicPartition(topic.name(), partition);
        try (KafkaConsumer<String, byte[]> consumer = log.consumer(Map.of());
                RecordDecoder<V> decoder = new RecordDecoder<>(log, topic)) {
            consumer.assign(List.of(place));
            long begin = offset(consumer.beginningOffsets(List.of(place)).get(place));
            long end = offset(consumer.endOffsets(List.of(place)).get(place));
            read(consumer, place, begin, end, decoder, use);
        }
    }

    private static long offset(@Nullable Long offset) {
        return Objects.requireNonNull(offset);
    }

    private static <V extends SpecificRecord> void read(
            KafkaConsumer<String, byte[]> consumer,
            TopicPartition place,
            long from,
            long end,
            RecordDecoder<V> decoder,
            Consumer<V> use) {
        consumer.seek(place, from);
        while (consumer.position(place) < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                decoded(record, decoder).ifPresent(use);
            }
        }
    }

    /** Decodes a record; empty if it is a foreign one, which whoever reads the topic for its work reports. */
    private static <V extends SpecificRecord> Optional<V> decoded(
            ConsumerRecord<String, byte[]> record, RecordDecoder<V> decoder) {
        try {
            return Optional.of(decoder.decode(record.value()));
        } catch (BadRecordException e) {
            return Optional.empty();
        }
    }

    private static final class Found<V> implements Consumer<V> {
        private @Nullable V value;

        @Override
        public void accept(V newer) {
            value = newer;
        }
    }
}
