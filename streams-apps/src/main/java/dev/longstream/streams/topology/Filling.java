package dev.longstream.streams.topology;

/**
 * A topic whose records prove that a store has content, so that an empty changelog means a loss.
 *
 * @param topic name of the topic, with as many partitions as the store's changelog
 * @param input true: the stage reads the topic, and the store has a record as soon as one is processed; false: the stage writes
 *     the topic, and the store has content before the first record is written
 */
public record Filling(String topic, boolean input) {
    /** Returns the proof by a topic that the stage reads. */
    public static Filling byInput(String topic) {
        return new Filling(topic, true);
    }

    /** Returns the proof by a topic that the stage writes. */
    public static Filling beforeOutput(String topic) {
        return new Filling(topic, false);
    }
}
