/**
 * The metrics of a run's processes.
 *
 * <p>{@link dev.longstream.metrics.MetricCatalogue} lists every metric of Longstream's own with unit, labels and meaning; {@code
 * docs/metrics.md} is generated from it. {@link dev.longstream.metrics.Meters} registers them and writes their values for Prometheus. Knows
 * neither Kafka nor the other packages of this project.
 */
package dev.longstream.metrics;
