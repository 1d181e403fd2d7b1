/**
 * Compares two runs record by record: scores, groups, advantages, batches and steps, as a replay changed them.
 *
 * <p>Reads {@code scored}, {@code groups}, {@code groups.rejected}, {@code batches}, {@code steps} and {@code control} of both runs once; writes
 * nothing. Start at {@link dev.longstream.runs.difference.RunDifference}.
 */
package dev.longstream.runs.difference;
