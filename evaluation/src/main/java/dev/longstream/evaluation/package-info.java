/**
 * Measures policy versions on questions that are never trained on.
 *
 * <p>Reads {@code weights}, {@code prompts} of the split held-out and {@code documents}; writes {@code evaluations}.
 * Start at {@link dev.longstream.evaluation.EvaluationRole}; {@link dev.longstream.evaluation.Evaluator}
 * does the same without a log.
 */
package dev.longstream.evaluation;
