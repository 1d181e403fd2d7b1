package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * Result of a step for one record: the value for the next step, or the dead letter of a record that was refused. The
 * other one is null.
 *
 * @param accepted goes to the next step
 * @param refused goes to {@code dead-letters}
 */
public record Checked<V>(@Nullable V accepted, @Nullable DeadLetter refused) {
    /** Creates the result of a record that was accepted. */
    public static <V> Checked<V> accept(V value) {
        return new Checked<>(value, null);
    }

    /** Creates the result of a record that was refused. */
    public static <V> Checked<V> refuse(DeadLetter letter) {
        return new Checked<>(null, letter);
    }
}
