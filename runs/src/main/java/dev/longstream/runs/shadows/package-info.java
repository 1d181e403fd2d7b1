/**
 * Second opinions on a run's answers: each shadow scores the same trajectories under a reward of its own, beside the run.
 *
 * <p>A shadow is a scoring stage, and where it needs one a judge's worker, with consumer groups and topics of its own:
 * {@code scored.NAME}, {@code judge-requests.NAME}, {@code verdicts.NAME} and {@code dead-letters.NAME}. No stage of the run
 * reads them. Start at {@link dev.longstream.runs.shadows.Shadows}; {@link dev.longstream.runs.shadows.ShadowRole} keeps the
 * faults of a shadow from the run, and {@link dev.longstream.runs.shadows.ShadowComparison} says what it would have changed.
 */
package dev.longstream.runs.shadows;
