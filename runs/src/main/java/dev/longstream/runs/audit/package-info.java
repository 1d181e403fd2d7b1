/**
 * The ledger: what became of every trajectory of a run, from the log alone.
 *
 * <p>Reads {@code steps}, {@code batches}, {@code groups}, {@code groups.rejected}, {@code dead-letters} and {@code
 * trajectories}; writes nothing. Start at {@link dev.longstream.runs.audit.Audit}, which is arithmetic over records; {@link
 * dev.longstream.runs.audit.LogAudit} feeds it from a log.
 */
package dev.longstream.runs.audit;
