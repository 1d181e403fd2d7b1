package dev.longstream.streams.topology;

import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** Counts what a step leaves aside, as a metric {@code <what>-total} of the task; a restart begins at 0. */
public final class Counter {
    private final Sensor sensor;

    /** @param what is counted, e.g. {@code duplicates} */
    public Counter(ProcessingContext context, String what) {
        sensor = context.metrics()
                .addRateTotalSensor("stage", context.taskId().toString(), what, Sensor.RecordingLevel.INFO);
    }

    public void add() {
        sensor.record();
    }
}
