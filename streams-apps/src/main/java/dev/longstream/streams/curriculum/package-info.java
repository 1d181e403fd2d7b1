/**
 * Decides which prompt is attempted next, in which phase, and when.
 *
 * <p>Reads {@code prompts}, {@code control}, {@code steps}, {@code groups.rejected}, {@code difficulty},
 * {@code evaluations}; writes {@code assignments}, {@code control} (a phase or the run has ended),
 * {@code dead-letters}; stores {@code prompts}, {@code prompt-numbers}, {@code rejected-ordinals}, {@code progress}
 * (the counts that bound admission), {@code known-difficulties} and {@code frozen-difficulties}. All of its topics have
 * one partition, so that one task sees every event of the run in order. Start at
 * {@link dev.longstream.streams.curriculum.CurriculumTopology}; the rules are
 * {@link dev.longstream.streams.curriculum.Admission} (how many groups, of which phase) and
 * {@link dev.longstream.streams.curriculum.PhasePlan} (which prompt).
 *
 * <p>Assignments begin when {@code control} has a START and as many training prompts are read as it names; later
 * prompts are not assigned. After each input the stage makes as many assignments as the bound on staleness allows.
 */
package dev.longstream.streams.curriculum;
