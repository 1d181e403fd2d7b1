/**
 * Computes each trajectory's reward and each prompt's difficulty.
 *
 * <p>Reads {@code trajectories} and {@code verdicts}; writes {@code scored}, {@code judge-requests},
 * {@code difficulty}, {@code dead-letters}; stores {@code seen-samples} (which answers were scored),
 * {@code difficulty-by-prompt}, {@code known-verdicts} and {@code scores-without-verdict}. Start at
 * {@link dev.longstream.streams.scoring.ScoringTopology}. A trajectory carries its question and golds, so that its
 * score is a function of one record.
 *
 * <p>The first trajectory of a (group, sample) counts; later ones are counted as duplicates and dropped. An answer
 * whose gold cannot be read has no reward, so that its group can be completed, and also goes to {@code dead-letters}.
 * If a trajectory cannot be decoded, its group stays open, and batching waits for it, until that sample is published
 * again.
 *
 * <p>A shadow is the same stage with topics and stores of its own: it reads {@code trajectories} and writes
 * {@code scored.NAME} and so on, but no difficulties.
 *
 * <p>{@link dev.longstream.rewards.RewardPolicy} combines rule and judge into one reward. A score that depends on a
 * verdict waits for it in a store. If the judge fails, the answer has no reward, which is not a reward of 0.
 */
package dev.longstream.streams.scoring;
