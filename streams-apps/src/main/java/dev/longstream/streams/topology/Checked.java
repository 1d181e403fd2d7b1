package dev.longstream.streams.topology;

import dev.longstream.record.DeadLetter;
import org.jspecify.annotations.Nullable;

/**
 * What a step gives for a record: something to go on with, or the reason why there is nothing. One of the two is null.
 *
 * @param accepted goes on to the next step
 * @param refused goes to {@code dead-letters}
 */
public record Checked<V>(@Nullable V accepted, @Nullable DeadLetter refused) {
    public static <V> Checked<V> accept(V value) {
        return new Checked<>(value, null);
    }

    public static <V> Checked<V> refuse(DeadLetter letter) {
        return new Checked<>(null, letter);
    }
}
