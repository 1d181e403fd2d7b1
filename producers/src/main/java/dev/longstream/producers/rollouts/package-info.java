/**
 * Samples answers to assignments.
 *
 * <p>Reads {@code assignments} through a share group, so that any number of workers shares the work, and
 * {@code weights}; reads the prompts' texts from {@code documents}; writes {@code trajectories}. Generation is
 * at-least-once: an assignment whose worker dies is sampled again, and scoring uses the first trajectory of each
 * sample. Start at {@link dev.longstream.producers.rollouts.RolloutWorker}.
 */
package dev.longstream.producers.rollouts;
