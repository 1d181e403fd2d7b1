/**
 * What is minimised: pure functions from arrays to a loss, its gradient and the numbers that describe it.
 *
 * <p>Start at {@link dev.longstream.trainer.objective.LossSettings}, which chooses; {@code PolicyLoss} says how the parts go
 * together, and each part is a few lines with its equation and source: {@code Surrogate}s of the importance ratio,
 * corrections, rejections, masks, KL and entropy terms. Everything is computed in double precision from log-probabilities, for one micro-batch at a time: values,
 * gradients and counts of the micro-batches of a step add up to those of the step, because every denominator is the
 * whole batch's. Knows neither Kafka, nor a model, nor a clock.
 */
package dev.longstream.trainer.objective;
