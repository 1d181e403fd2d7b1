/**
 * Several policies, sets of questions and samples in one table, without a log.
 *
 * <p>A {@link dev.longstream.evaluation.comparison.CandidatePolicy} is a model folder, a version of a run or a server; an
 * {@link dev.longstream.evaluation.comparison.Attempt} is one answer or the reason why there is none. {@code AnswerFile} keeps attempts, so that a
 * comparison that was interrupted asks nothing twice; {@link dev.longstream.evaluation.comparison.ComparisonRow} is the arithmetic of a row, and
 * {@link dev.longstream.evaluation.comparison.ComparisonTable} prints rows. Start at {@link dev.longstream.evaluation.comparison.Comparison}.
 */
package dev.longstream.evaluation.comparison;
