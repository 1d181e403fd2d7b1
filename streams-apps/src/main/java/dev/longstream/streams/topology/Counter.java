package dev.longstream.streams.topology;

import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** Counts the records that a step drops, as the metric {@code <what>-total} of its task; a restart begins at 0. */
public final class Counter {
    private static final String SCOPE = "stage";

    private final Sensor sensor;

    /** Registers the metric; {@code what} names the records, such as {@code duplicates}. */
    public Counter(ProcessingContext context, String what) {
        sensor = context.metrics()
                .addRateTotalSensor(SCOPE, context.taskId().toString(), what, Sensor.RecordingLevel.INFO);
    }

    /** Counts one record. */
    public void add() {
        sensor.record();
    }

    /** Returns whether a metric of an application is the number of records that were counted under a name. */
    public static boolean counts(MetricName metric, String what) {
        return metric.name().equals(what + "-total") && metric.tags().containsKey(SCOPE + "-id");
    }
}
