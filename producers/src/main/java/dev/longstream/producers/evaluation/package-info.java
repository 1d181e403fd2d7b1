/**
 * Measures policy versions on questions that are never trained on.
 *
 * <p>Reads {@code weights}, {@code prompts} of the split held-out and {@code documents}; writes {@code evaluations}.
 * Start at {@link dev.longstream.producers.evaluation.EvaluationRole}; {@link dev.longstream.producers.evaluation.Evaluator}
 * does the same without a log.
 */
package dev.longstream.producers.evaluation;
