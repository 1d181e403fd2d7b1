package dev.longstream.trainer.batch;

import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Reads the topics that a trainer needs. Not thread-safe. */
public interface BatchSource extends AutoCloseable {
    /** Name of the run whose batches these are; a replay may contain answers of another run. */
    String run();

    /** Continues reading {@code batches} at an offset. */
    void seek(long offset);

    /** Returns the offset of the oldest record of {@code batches} that is kept. */
    long begin();

    /**
     * Returns the manifest at an offset of {@code batches}; empty if the log ends before it or has no manifest there. The next
     * {@link #poll} continues after it, so {@link #seek} first.
     */
    Optional<Batch> at(long offset);

    /** Returns the next manifest; empty if none arrived within a short time. */
    Optional<Manifest> poll();

    /** Returns all referenced groups. */
    Map<RecordRef, Group> groups(Collection<RecordRef> references);

    /** Returns all referenced trajectories. */
    Map<RecordRef, Trajectory> trajectories(Collection<RecordRef> references);

    @Override
    void close();
}
