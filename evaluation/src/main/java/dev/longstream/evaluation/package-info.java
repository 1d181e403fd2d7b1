/**
 * Measures policy versions on held-out questions, which are never trained on.
 *
 * <p>Reads the topics {@code weights}, {@code documents} and the held-out split of {@code prompts}; writes the topic
 * {@code evaluations}. Start at {@link dev.longstream.evaluation.EvaluationRole}, which follows a run's log.
 * {@link dev.longstream.evaluation.Evaluator} evaluates one policy without a log.
 */
package dev.longstream.evaluation;
