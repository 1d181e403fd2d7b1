package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;

/** What a step gives for a record: something to go on with, or the reason why there is nothing. */
public sealed interface Checked<V> {
    /** A value that goes on to the next step. */
    record Accepted<V>(V value) implements Checked<V> {}

    /** A letter that goes to {@code dead-letters}. */
    record Refused<V>(DeadLetter letter) implements Checked<V> {}

    static <V> Checked<V> accept(V value) {
        return new Accepted<>(value);
    }

    static <V> Checked<V> refuse(DeadLetter letter) {
        return new Refused<>(letter);
    }
}
