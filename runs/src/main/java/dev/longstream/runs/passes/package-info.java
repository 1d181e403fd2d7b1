/**
 * Single passes over the prompts or the answers of a run: their difficulty for a policy, and the reasoning behaviours that a judge counts. Start
 * at {@link dev.longstream.runs.passes.DifficultyPass}.
 */
package dev.longstream.runs.passes;
