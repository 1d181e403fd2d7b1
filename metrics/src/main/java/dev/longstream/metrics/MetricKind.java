package dev.longstream.metrics;

/** The type of a metric in Prometheus. */
public enum MetricKind {
    /** Sum that only grows, from 0 at the start of the process. */
    COUNTER,
    /** Value that goes up and down. */
    GAUGE,
    /** Counts of observations by upper bound, with their sum. */
    HISTOGRAM
}
