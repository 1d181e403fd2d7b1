package dev.longstream.trainer.batch;

import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Trajectory;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The topics a trainer reads. One thread uses it. */
public interface BatchSource extends AutoCloseable {
    /** Name of the run whose batches these are; a replay trains on answers of another one. */
    String run();

    /** Goes on at an offset of {@code batches}. */
    void seek(long offset);

    /** The next manifest; empty if none came within a short while. */
    Optional<Manifest> poll();

    /** Groups by reference, all of them. */
    Map<RecordRef, Group> groups(Collection<RecordRef> references);

    /** Trajectories by reference, all of them. */
    Map<RecordRef, Trajectory> trajectories(Collection<RecordRef> references);

    @Override
    void close();
}
