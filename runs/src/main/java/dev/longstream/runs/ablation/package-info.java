/**
 * Runs one configuration with parts of it changed, each with the same seeds, and puts what came of them into one table.
 * Reads a plan and the reports of its runs; writes {@code ablation.md}, {@code .csv} and {@code .json}. Start at
 * {@link dev.longstream.runs.ablation.Ablation}; the arithmetic is {@link dev.longstream.runs.ablation.AblationTable}.
 */
package dev.longstream.runs.ablation;
