package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;

/** Result of a step for one record: a value for the next step, or the dead letter of a refused record. */
public sealed interface Checked<V> {
    /** A value that goes to the next step. */
    record Accepted<V>(V value) implements Checked<V> {}

    /** A letter that goes to {@code dead-letters}. */
    record Refused<V>(DeadLetter letter) implements Checked<V> {}

    /** Creates the result of a record that was accepted. */
    static <V> Checked<V> accept(V value) {
        return new Accepted<>(value);
    }

    /** Creates the result of a record that was refused. */
    static <V> Checked<V> refuse(DeadLetter letter) {
        return new Refused<>(letter);
    }
}
