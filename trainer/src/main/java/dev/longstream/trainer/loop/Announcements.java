package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.record.Weights;

import java.util.NavigableMap;
import java.util.Optional;

/** The topics {@code steps} and {@code weights}, of which the trainer is the only writer. Not thread-safe. */
public interface Announcements extends AutoCloseable {
    /** Returns the SHA-256 of the weights of every announced version, by version; empty before version 0. */
    NavigableMap<Long, String> digests();

    /** Writes both records or neither; version 0 has no step. The records are durable when this returns. */
    void announce(Optional<Step> step, Weights weights);

    @Override
    void close();
}
