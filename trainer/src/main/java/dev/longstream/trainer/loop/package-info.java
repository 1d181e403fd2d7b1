/**
 * The training loop: batches in, policy versions out.
 *
 * <p>Reads {@code batches}, {@code groups}, {@code trajectories}; writes {@code steps} and {@code weights}, and
 * checkpoints to the run's folder. Start at {@link dev.longstream.trainer.loop.TrainingLoop};
 * {@link dev.longstream.trainer.loop.TrainerRole} assembles its parts. One thread does everything.
 *
 * <p>The order within a step makes it happen exactly once: fetch, forward and backward, update, checkpoint (which
 * contains the next offset and the records to announce), announcement in one transaction. A process that dies before
 * the checkpoint repeats the step from the weights before it; one that dies after it repeats the announcement, with the
 * same bytes.
 */
package dev.longstream.trainer.loop;
