package dev.longstream.streams.topology;

import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** Counts the records that a step drops, as the metric {@code <what>-total} of its task; a restart begins at 0. */
public final class Counter {
    private final Sensor sensor;

    /** Registers the metric; {@code what} names the records, such as {@code duplicates}. */
    public Counter(ProcessingContext context, String what) {
        sensor = context.metrics()
                .addRateTotalSensor("stage", context.taskId().toString(), what, Sensor.RecordingLevel.INFO);
    }

    /** Counts one record. */
    public void add() {
        sensor.record();
    }
}
