package dev.longstream.streams.topology;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicTail;
import org.apache.avro.specific.SpecificRecord;

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

    /** Returns the records of a stage that has written nothing. */
    static <V> WrittenRecords<V> nothing() {
        return new WrittenRecords<>() {
            @Override
            public Optional<V> newest(int partition) {
                return Optional.empty();
            }

            @Override
            public void each(int partition, Consumer<V> use) {}
        };
    }

    /** Returns the committed records of a topic, read from the log at each call. */
    static <V extends SpecificRecord> WrittenRecords<V> to(EventLog log, Topic<V> topic) {
        return new WrittenRecords<>() {
            @Override
            public Optional<V> newest(int partition) {
                return TopicTail.newest(log, topic, partition);
            }

            @Override
            public void each(int partition, Consumer<V> use) {
                TopicTail.each(log, topic, partition, use);
            }
        };
    }
}
