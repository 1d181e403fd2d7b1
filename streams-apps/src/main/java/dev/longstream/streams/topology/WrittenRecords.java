package dev.longstream.streams.topology;

import dev.longstream.log.EventLog;
import dev.longstream.log.RawTopic;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Records that a stage has written to a topic so far. A stage whose state was lost reads its inputs again; it compares with
 * these records and does not write them a second time.
 *
 * @param <V> class of the records
 */
public interface WrittenRecords<V> {
    /** Returns the newest record of a partition; empty if there is none. */
    Optional<V> newest(int partition);

    /** Passes every record of a partition to {@code use}, in the order of offsets. */
    void each(int partition, Consumer<V> use);

    /**
     * Returns the committed records of a topic, read from the log at each call. A record that cannot be decoded is passed over:
     * whoever reads the topic for its work reports it.
     */
    static <V extends SpecificRecord> WrittenRecords<V> to(EventLog log, Topic<V> topic) {
        return new WrittenRecords<>() {
            @Override
            public Optional<V> newest(int partition) {
                Deque<V> newest = new ArrayDeque<>();
                try (RawTopic<V> records = new RawTopic<>(log, topic, partition)) {
                    boolean all = false;
                    // Markers of transactions take offsets, too: step back until a record is found.
                    for (long offsets = 8; newest.isEmpty() && !all; offsets *= 2) {
                        all = records.seekToLast(offsets);
                        records.readToEnd(raw -> raw.value().ifPresent(newest::add));
                    }
                }
                return Optional.ofNullable(newest.peekLast());
            }

            @Override
            public void each(int partition, Consumer<V> use) {
                try (RawTopic<V> records = new RawTopic<>(log, topic, partition)) {
                    records.readToEnd(raw -> raw.value().ifPresent(use));
                }
            }
        };
    }
}
