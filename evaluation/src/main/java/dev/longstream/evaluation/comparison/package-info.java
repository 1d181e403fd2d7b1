/**
 * Compares policies on held-out questions and distils demonstrations from a teacher. Needs no log.
 *
 * <p>Start at {@link dev.longstream.evaluation.comparison.Comparison}. A
 * {@link dev.longstream.evaluation.comparison.CandidatePolicy} is a model folder, a policy version of a run, or a model on a
 * server. An {@link dev.longstream.evaluation.comparison.Attempt} is one answer, or the reason why there is none.
 * {@code AnswerFile} stores attempts on disk, so that an interrupted comparison repeats no request.
 * {@link dev.longstream.evaluation.comparison.ComparisonRow} computes the figures of a row, and
 * {@link dev.longstream.evaluation.comparison.ComparisonTable} prints them.
 */
package dev.longstream.evaluation.comparison;
