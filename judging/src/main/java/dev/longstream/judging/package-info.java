/**
 * Asks a language model whether an answer means the same as a gold, and how an answer reasons.
 *
 * <p>Start at {@link dev.longstream.judging.JudgeClient}. {@link dev.longstream.judging.Rubric} words the question; {@link
 * dev.longstream.judging.VerdictCache} keeps replies, so that nothing is asked twice. A judge that gives no verdict gives a reason,
 * never a 0. May use {@code schemas} and {@code questions}; knows no Kafka.
 *
 * <p>A policy is paid for being marked right, so its answers are treated as hostile. An answer reaches the judge on one line, between
 * marks that the policy cannot foresee. Only a reply that is a verdict and nothing else counts.
 */
package dev.longstream.judging;
