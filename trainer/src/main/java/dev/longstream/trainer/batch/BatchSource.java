package dev.longstream.trainer.batch;

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

    /** Returns the next manifest; empty if none arrived within a short time. */
    Optional<Manifest> poll();

    /** Returns all referenced groups. */
    Map<RecordRef, Group> groups(Collection<RecordRef> references);

    /** Returns all referenced trajectories. */
    Map<RecordRef, Trajectory> trajectories(Collection<RecordRef> references);

    @Override
    void close();
}
