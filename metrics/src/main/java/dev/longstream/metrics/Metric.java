package dev.longstream.metrics;

import java.util.List;

/**
 * One metric of the catalogue.
 *
 * @param name name with dots, from which the registry makes the name that Prometheus reads
 * @param kind type in Prometheus
 * @param owner role whose process has it
 * @param meaning one sentence that says what is measured
 * @param unit unit, which becomes part of the name; empty for a number without one
 * @param labels names of its labels beside {@code run}
 */
public record Metric(
        String name, MetricKind kind, MetricOwner owner, String meaning, String unit, List<String> labels) {
    /** Copies the labels. */
    public Metric {
        labels = List.copyOf(labels);
    }

    static Metric counter(String name, MetricOwner owner, String meaning) {
        return new Metric(name, MetricKind.COUNTER, owner, meaning, "", List.of());
    }

    static Metric gauge(String name, MetricOwner owner, String meaning) {
        return new Metric(name, MetricKind.GAUGE, owner, meaning, "", List.of());
    }

    static Metric histogram(String name, MetricOwner owner, String meaning) {
        return new Metric(name, MetricKind.HISTOGRAM, owner, meaning, "", List.of());
    }

    /** Returns this metric with a unit. */
    Metric in(String itsUnit) {
        return new Metric(name, kind, owner, meaning, itsUnit, labels);
    }

    /** Returns this metric with labels. */
    Metric by(String... itsLabels) {
        return new Metric(name, kind, owner, meaning, unit, List.of(itsLabels));
    }
}
