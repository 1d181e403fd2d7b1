/**
 * Decides which prompt is attempted next, in which phase, and when.
 *
 * <p>Reads {@code prompts}, {@code control}, {@code steps}, {@code groups.rejected}, {@code difficulty},
 * {@code evaluations}; writes {@code assignments}, {@code control} (a phase has reached its reward), {@code dead-letters};
 * keeps {@code prompts}, {@code prompt-numbers}, {@code rejected-ordinals}, {@code progress} (the counts that admission goes
 * by), {@code known-difficulties} and {@code frozen-difficulties}. All of its topics have one partition, so that one task is
 * the run's clock. Start at {@link dev.longstream.streams.curriculum.CurriculumTopology}; the rules are
 * {@link dev.longstream.streams.curriculum.Admission} (how many, and of which phase) and
 * {@link dev.longstream.streams.curriculum.PhasePlan} (which prompt).
 *
 * <p>Nothing is assigned before {@code control} says START and as many training prompts have been read as it names; those
 * that come after them are not assigned. Every input then lets in as many assignments as the bound on staleness allows.
 */
package dev.longstream.streams.curriculum;
