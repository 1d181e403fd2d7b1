package dev.longstream.runs.retention;

import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Finds the part of a topic at whose start every record belongs to finished groups. */
final class OrdinalStarts {
    private OrdinalStarts() {}

    /**
     * Returns the offset by partition below which every record has a number of at most {@code last}. A record that cannot be
     * decoded belongs to those around it.
     *
     * @param numberOf returns the number of a record, e.g. the ordinal of its group
     */
    static <V extends SpecificRecord> Map<Integer, Long> of(
            EventLog log, Topic<V> topic, ToLongFunction<V> numberOf, long last) {
        Map<Integer, Long> kept = new TreeMap<>();
        Map<Integer, Long> ends = new TreeMap<>();
        RawTopic.readAll(log, topic, record -> {
            ends.put(record.partition(), record.offset() + 1);
            if (record.value().isPresent()
                    && numberOf.applyAsLong(record.value().get()) > last) {
                kept.putIfAbsent(record.partition(), record.offset());
            }
        });
        ends.forEach(kept::putIfAbsent);
        return kept;
    }
}
