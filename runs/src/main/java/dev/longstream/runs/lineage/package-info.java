/**
 * Traces a run's log in both directions: from a gradient step back to its batch, groups, answers, tokens, policy versions and
 * prompts, and from any of these forward to the step.
 *
 * <p>Reads topics and writes none. Start at {@link dev.longstream.runs.lineage.Lineage}; its results are plain records, which can
 * be printed as JSON. {@link dev.longstream.runs.lineage.RecordSearch} finds records by address, by binary search over offsets, or by
 * time and key, so that large topics are not read as a whole.
 */
package dev.longstream.runs.lineage;
