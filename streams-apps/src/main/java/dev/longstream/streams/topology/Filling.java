package dev.longstream.streams.topology;

import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A topic whose records prove that a store has content, so that an empty changelog means a loss.
 *
 * @param topic name of the topic, with as many partitions as the store's changelog
 * @param input true: the stage reads the topic, and the store has a record as soon as one that counts is processed; false: the
 *     stage writes the topic, and the store has content before the first record is written
 * @param counting opens what tells the records that count
 */
public record Filling(String topic, boolean input, Function<EventLog, Counting> counting) {
    /** Tells which records put something into the store. */
    public interface Counting extends AutoCloseable {
        /** Counts every record. */
        Counting ALL = value -> true;

        /** Returns whether the record with this encoded value puts something into the store. */
        boolean counts(byte[] value);

        @Override
        default void close() {}
    }

    /** Returns the proof by a topic that the stage reads. */
    public static Filling byInput(String topic) {
        return new Filling(topic, true, log -> Counting.ALL);
    }

    /** Returns the proof by the records of a topic that the stage reads and of which it keeps some. */
    public static <V extends SpecificRecord> Filling byInput(Topic<V> topic, Predicate<V> kept) {
        return new Filling(topic.name(), true, log -> new Kept<>(new RecordDecoder<>(log, topic), kept));
    }

    /** Returns the proof by a topic that the stage writes. */
    public static Filling beforeOutput(String topic) {
        return new Filling(topic, false, log -> Counting.ALL);
    }

    /** Counts the records that can be decoded and that the stage keeps. */
    private record Kept<V extends SpecificRecord>(RecordDecoder<V> decoder, Predicate<V> kept) implements Counting {
        @Override
        public boolean counts(byte[] value) {
            try {
                return kept.test(decoder.decode(value));
            } catch (BadRecordException e) {
                return false; // the stage puts it among the dead letters
            }
        }

        @Override
        public void close() {
            decoder.close();
        }
    }
}
