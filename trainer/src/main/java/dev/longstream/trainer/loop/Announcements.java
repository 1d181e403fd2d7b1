package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.record.Weights;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The topics {@code steps} and {@code weights}, of which the trainer is the only writer. Not thread-safe. */
public interface Announcements extends AutoCloseable {
    /** Returns the SHA-256 of the weights of every announced version, by version; empty before version 0. */
    NavigableMap<Long, String> digests();

    /**
     * Has the broker confirm that no other trainer has begun since these announcements were opened. Waits while the broker does
     * not answer.
     *
     * @param version version that gets its place in the folder next, for the message
     * @param stopped tells whether the waiting is to end
     * @throws dev.longstream.log.LogException if another trainer has taken over, or the waiting was ended
     */
    void requireNoOtherTrainer(long version, BooleanSupplier stopped);

    /** Writes both records or neither; version 0 has no step. The records are durable when this returns. */
    void announce(Optional<Step> step, Weights weights);

    @Override
    void close();
}
