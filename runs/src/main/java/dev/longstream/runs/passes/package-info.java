/**
 * Measures a run outside of training: the difficulty of its prompts for a policy, and the reasoning behaviours in its answers.
 *
 * <p>Start at {@link dev.longstream.runs.passes.DifficultyPass} or {@link dev.longstream.runs.passes.BehaviourPass}.
 */
package dev.longstream.runs.passes;
