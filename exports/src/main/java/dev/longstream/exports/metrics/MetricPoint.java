package dev.longstream.exports.metrics;

import dev.longstream.record.Evaluation;
import dev.longstream.record.LengthBucket;
import dev.longstream.record.Step;
import dev.longstream.record.StepSlice;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One value of a metric. Metrics have the names of the log's fields: {@code train/entropy} is the field {@code entropy} of a
 * gradient step, and {@code held-out/reward} is the field {@code reward} of an evaluation.
 *
 * @param name name of the metric
 * @param step policy version; −1: the weights before the warm-up
 * @param at time in milliseconds since 1970
 * @param value the value
 */
public record MetricPoint(String name, long step, long at, double value) {
    /** Fields that say which step or slice it is. */
    private static final Set<String> IDENTITIES = Set.of("version", "batch", "phaseIndex", "moreThan", "upTo");

    /**
     * Returns the metrics of a gradient step: every number of the record, the seconds of its parts, and every number of its
     * slices, as in {@code slices/phase-0/512-1024/reward}.
     */
    public static List<MetricPoint> of(Step step) {
        List<MetricPoint> points = new ArrayList<>();
        Target target = new Target(step.getVersion(), step.getFinishedAt().toEpochMilli(), points);
        target.addNumbers("train/", step);
        step.getSeconds().forEach((part, seconds) -> target.add("seconds/" + part, seconds));
        for (StepSlice slice : step.getSlices()) {
            target.addNumbers(
                    "slices/phase-" + slice.getPhaseIndex() + "/" + slice.getMoreThan() + "-" + slice.getUpTo() + "/",
                    slice);
        }
        return points;
    }

    /** Returns the metrics of an evaluation: every number of the record, and of each range of input lengths. */
    public static List<MetricPoint> of(Evaluation evaluation) {
        List<MetricPoint> points = new ArrayList<>();
        Target target =
                new Target(evaluation.getVersion(), evaluation.getFinishedAt().toEpochMilli(), points);
        target.addNumbers(evaluation.getSet() + "/", evaluation);
        for (LengthBucket bucket : evaluation.getByLength()) {
            target.addNumbers(evaluation.getSet() + "/" + bucket.getMoreThan() + "-" + bucket.getUpTo() + "/", bucket);
        }
        return points;
    }

    private record Target(long step, long at, List<MetricPoint> points) {
        void add(String name, double value) {
            points.add(new MetricPoint(name, step, at, value));
        }

        void addNumbers(String prefix, SpecificRecord record) {
            for (Schema.Field field : record.getSchema().getFields()) {
                Object value = record.get(field.pos());
                if (IDENTITIES.contains(field.name())) {
                    continue;
                }
                if (value instanceof Number number) {
                    add(prefix + field.name(), number.doubleValue());
                } else if (value instanceof Boolean flag) {
                    add(prefix + field.name(), flag ? 1 : 0);
                }
            }
        }
    }
}
