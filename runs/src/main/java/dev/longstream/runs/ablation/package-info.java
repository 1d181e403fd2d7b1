/**
 * Trains variants of one configuration with the same seeds and compares them in a table.
 *
 * <p>Reads a plan and the reports of its runs. Start at {@link dev.longstream.runs.ablation.Ablation}; the arithmetic is in
 * {@link dev.longstream.runs.ablation.AblationTable}.
 */
package dev.longstream.runs.ablation;
