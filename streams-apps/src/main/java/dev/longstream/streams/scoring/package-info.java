/**
 * Gives each trajectory its reward, and each prompt its difficulty.
 *
 * <p>Reads {@code trajectories} and {@code verdicts}; writes {@code scored}, {@code judge-requests}, {@code difficulty},
 * {@code dead-letters}; keeps {@code seen-samples} (which answers were scored), {@code difficulty-by-prompt}, {@code
 * known-verdicts} and {@code scores-without-verdict}. Start at
 * {@link dev.longstream.streams.scoring.ScoringTopology}. Question and golds travel with the trajectory, so that a score
 * is a function of one record.
 *
 * <p>The first trajectory of a (group, sample) counts; later ones are counted and go nowhere. An answer whose gold cannot
 * be read has no reward, which lets its group be completed, and goes to {@code dead-letters} besides. A trajectory that
 * cannot be decoded says nothing of its sample: its group stays open, and batching waits for it, until that sample is
 * published again.
 *
 * <p>Rule and judge become one reward as {@link dev.longstream.rewards.RewardPolicy} says. A score that depends on a
 * verdict waits for it in a store; a judge that could not give one leaves the answer without a reward, which is no 0.
 */
package dev.longstream.streams.scoring;
