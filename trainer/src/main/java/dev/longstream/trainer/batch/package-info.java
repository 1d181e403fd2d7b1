/**
 * Loads the data of a gradient step: groups of answers with prompt, log-probabilities and advantages, cut into
 * micro-batches.
 *
 * <p>Reads {@code batches} in order, and {@code groups} and {@code trajectories} by reference. Start at
 * {@link dev.longstream.trainer.batch.BatchSource}; {@link dev.longstream.trainer.batch.BatchAssembly} checks that the
 * records agree. A disagreement is an error, because a step on half a batch would look like a step on a whole one.
 */
package dev.longstream.trainer.batch;
