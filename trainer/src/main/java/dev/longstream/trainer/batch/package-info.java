/**
 * From a manifest to what a gradient step needs: groups of answers with prompt, log-probabilities and advantages, cut into
 * micro-batches.
 *
 * <p>Reads {@code batches} in order, and {@code groups} and {@code trajectories} by reference. Start at
 * {@link dev.longstream.trainer.batch.BatchSource}; {@link dev.longstream.trainer.batch.BatchAssembly} checks that
 * everything fits together. What does not is an error: a training on half a batch cannot be told from one on a whole.
 */
package dev.longstream.trainer.batch;
