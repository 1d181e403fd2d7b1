/**
 * Gives each trajectory its reward, and each prompt its difficulty.
 *
 * <p>Reads {@code trajectories}; writes {@code scored}, {@code difficulty}, {@code dead-letters}; keeps {@code seen-samples}
 * (which answers were scored) and {@code difficulty-by-prompt}. Start at
 * {@link dev.longstream.streams.scoring.ScoringTopology}. Question and golds travel with the trajectory, so that a score
 * is a function of one record.
 *
 * <p>The first trajectory of a (group, sample) counts; later ones are counted and go nowhere. An answer whose gold cannot
 * be read has no reward, which lets its group be completed, and goes to {@code dead-letters} besides. A trajectory that
 * cannot be decoded says nothing of its sample: its group stays open, and batching waits for it, until that sample is
 * published again.
 */
package dev.longstream.streams.scoring;
