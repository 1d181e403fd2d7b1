/**
 * Computes the loss of a gradient step: pure functions from arrays to a loss, its gradient and the numbers that
 * describe it.
 *
 * <p>Start at {@link dev.longstream.trainer.objective.LossSettings}, which selects the parts of a loss. {@code
 * PolicyLoss} combines them. Each part is a short class with its equation and its source: {@code Surrogate}s of the
 * importance ratio, corrections, rejections, masks, KL and entropy terms.
 *
 * <p>Everything is computed in double precision from log-probabilities, for one micro-batch at a time. Values,
 * gradients and counts of the micro-batches add up to those of the step, because every denominator belongs to the whole
 * batch. The package depends neither on Kafka, nor on a model, nor on a clock.
 */
package dev.longstream.trainer.objective;
