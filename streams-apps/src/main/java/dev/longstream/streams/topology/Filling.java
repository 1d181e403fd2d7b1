package dev.longstream.streams.topology;

/**
 * A topic that tells whether a store must have content.
 *
 * @param topic name of the topic, with as many partitions as the store's changelog
 * @param input whether the stage reads the topic, so that a record that it has processed is in the store; else the stage writes
 *     it, and only when the store has content
 */
public record Filling(String topic, boolean input) {
    /** Returns the filling by a topic that the stage reads. */
    public static Filling byInput(String topic) {
        return new Filling(topic, true);
    }

    /** Returns the filling before a topic that the stage writes. */
    public static Filling beforeOutput(String topic) {
        return new Filling(topic, false);
    }
}
