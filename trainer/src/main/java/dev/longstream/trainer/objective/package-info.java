/**
 * What is minimised: pure functions from arrays to a loss, its gradient and the numbers that describe it.
 *
 * <p>Start at {@link dev.longstream.trainer.objective.Objective}; {@link dev.longstream.trainer.objective.ClippedSurrogate}
 * is GRPO's. Everything is computed in double precision from log-probabilities, for one micro-batch at a time: values,
 * gradients and counts of the micro-batches of a step add up to those of the step, because every denominator is the
 * whole batch's. Knows neither Kafka, nor a model, nor a clock.
 */
package dev.longstream.trainer.objective;
