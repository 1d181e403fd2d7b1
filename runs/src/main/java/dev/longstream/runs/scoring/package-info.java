/**
 * Answers that are scored by hand, without a run. Start at {@link dev.longstream.runs.scoring.ScoredCases}.
 */
package dev.longstream.runs.scoring;
