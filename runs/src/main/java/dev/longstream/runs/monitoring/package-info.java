/**
 * Measures the roles of a process and reports their health.
 *
 * <p>Start at {@link dev.longstream.runs.monitoring.Monitoring}, which serves {@code /metrics}, {@code /healthz} and {@code /readyz}. Roles
 * know nothing of it: they have listeners, and it listens. {@link dev.longstream.runs.monitoring.LagWatch} reads offsets and records every few
 * seconds; it writes nothing.
 */
package dev.longstream.runs.monitoring;
