/**
 * Metrics and health of a run's processes.
 *
 * <p>{@link dev.longstream.metrics.MetricCatalogue} lists every metric of Longstream's own with unit, labels and meaning; {@code
 * docs/metrics.md} is generated from it. {@link dev.longstream.metrics.Meters} registers them, and {@link
 * dev.longstream.metrics.MetricsServer} serves their values and the answers of a {@link dev.longstream.metrics.HealthSource}. May use {@code
 * http} and knows no Kafka: who measures, measures elsewhere.
 */
package dev.longstream.metrics;
