/**
 * Removes the start of a run's log once nothing needs it. What was removed is noted on {@code control}, with the counts that
 * the audit carries forward. Start at {@link dev.longstream.runs.retention.Pruner}.
 */
package dev.longstream.runs.retention;
