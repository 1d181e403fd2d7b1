/**
 * Asks a language model whether an answer means the same as a gold.
 *
 * <p>Reads {@code judge-requests} through a share group, so that any number of workers shares the work; writes {@code
 * verdicts}. A call is made at least once; its verdict is keyed by what was asked, so that a second one replaces the first.
 * No verdict is a verdict record that says why, never a 0. Start at {@link dev.longstream.producers.judge.JudgeWorker};
 * {@link dev.longstream.producers.judge.JudgeClient} is the same without a log.
 *
 * <p>{@link dev.longstream.producers.judge.Rubric#behaviours} has the same client ask how an answer reasons, which {@link
 * dev.longstream.producers.judge.BehaviourCounts} reads.
 *
 * <p>An answer is written by a policy that is paid for being marked right, so it is treated as hostile: it reaches the judge on
 * one line between marks it cannot foresee, and only a reply that is a verdict and nothing else counts.
 */
package dev.longstream.producers.judge;
