/**
 * Calls a judge, a language model that decides whether an answer means the same as a gold, or counts how an answer
 * reasons.
 *
 * <p>Start at {@link dev.longstream.judging.JudgeClient}. {@link dev.longstream.judging.Rubric} renders the message to
 * the judge; {@link dev.longstream.judging.VerdictCache} stores verdicts, so that no request is repeated. A request
 * without a verdict ends with a reason, never with a score of 0. May use {@code schemas} and {@code questions}; knows
 * no Kafka.
 *
 * <p>A policy is rewarded for every positive verdict, so its answers are treated as hostile. An answer reaches the
 * judge on one line, between marks that the policy cannot foresee. A reply counts only if it is a verdict and nothing
 * else.
 */
package dev.longstream.judging;
