/**
 * Audits a run: derives the fate of every trajectory from the log and checks that none is lost or counted twice.
 *
 * <p>Reads {@code steps}, {@code batches}, {@code groups}, {@code groups.rejected}, {@code dead-letters} and {@code
 * trajectories}; writes nothing. Start at {@link dev.longstream.runs.audit.LogAudit}, which reads a log; {@link
 * dev.longstream.runs.audit.Audit} is the arithmetic over records.
 */
package dev.longstream.runs.audit;
