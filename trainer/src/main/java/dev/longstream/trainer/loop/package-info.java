/**
 * Batches in, policy versions out.
 *
 * <p>Reads {@code batches}, {@code groups}, {@code trajectories}; writes {@code steps} and {@code weights}, and checkpoints
 * to the run's folder. Start at {@link dev.longstream.trainer.loop.TrainingLoop}; {@link dev.longstream.trainer.loop.TrainerRole}
 * puts its parts together. One thread does everything.
 *
 * <p>The order of a step is what makes it happen once: fetch, forward and backward, update, checkpoint (which holds the
 * next offset and the records to announce), announcement in one transaction. A process that dies before the checkpoint
 * repeats the step from the weights before it; one that dies after it repeats the announcement, with the same bytes.
 */
package dev.longstream.trainer.loop;
