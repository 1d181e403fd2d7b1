package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.SHADOWS;

/** Metrics of shadows, which score the answers of a run under further rewards. */
public final class ShadowMetrics {
    public static final Metric SCORED = Metric.counter(
                    "longstream.shadow.answers",
                    SHADOWS,
                    "Answers that the shadow has scored, by range of their reward: below_0, 0, between, 1, above_1, or none"
                            + " for an answer without one.")
            .by("shadow", "phase", "reward");

    public static final Metric COMPARED = Metric.counter(
                    "longstream.shadow.compared",
                    SHADOWS,
                    "Answers that run and shadow have scored, by result: equal, run_higher, shadow_higher, or run_only and"
                            + " shadow_only where the other gives no reward.")
            .by("shadow", "result");

    static final List<Metric> ALL = List.of(SCORED, COMPARED);

    private ShadowMetrics() {}
}
