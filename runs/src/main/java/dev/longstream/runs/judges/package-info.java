/**
 * Opens the judge that a configuration names and scores held-out answers with and without it.
 *
 * <p>Reads known verdicts from the log or from {@code verdicts.jsonl} and adds new ones there. Start at
 * {@link dev.longstream.runs.judges.Judges}.
 */
package dev.longstream.runs.judges;
