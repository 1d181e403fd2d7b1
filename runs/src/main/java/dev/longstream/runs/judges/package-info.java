/**
 * The judge that a configuration names, and the scoring of held-out answers with and without it. It reads verdicts from the log or from
 * {@code verdicts.jsonl} and writes new ones there. Start at {@link dev.longstream.runs.judges.Judges}.
 */
package dev.longstream.runs.judges;
