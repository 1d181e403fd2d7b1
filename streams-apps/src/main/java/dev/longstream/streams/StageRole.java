package dev.longstream.streams;

import dev.longstream.log.Role;
import io.micrometer.core.instrument.binder.MeterBinder;

/** A stage as a role, with figures about its work in this process. */
public interface StageRole extends Role {
    /**
     * Returns how many records the stage has dropped by design, as far as its present tasks know.
     *
     * @param what name of the reason, such as {@code duplicates}
     */
    double dropped(String what);

    /** Returns how many records the stage has read of its changelogs, to restore its state. */
    long restored();

    /** Returns how many records of its changelogs the stage has yet to read before it works. */
    long restoreRemaining();

    /** Returns the metrics of Kafka Streams and of its clients, which must be bound after the start; the stage's end unbinds them. */
    MeterBinder kafkaMetrics();
}
