package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.record.Weights;

import java.util.Optional;

/** The topics {@code steps} and {@code weights}, as their only writer sees them. One thread uses it. */
public interface Announcements extends AutoCloseable {
    /** The newest version announced so far. */
    Optional<Weights> newest();

    /** Writes both records or neither; there is no step behind version 0. Durable when it returns. */
    void announce(Optional<Step> step, Weights weights);

    @Override
    void close();
}
