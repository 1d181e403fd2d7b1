/**
 * Prepares a run: finds the model folder, publishes questions and demonstrations, and runs the warm-up.
 *
 * <p>Reads files; writes the topics {@code prompts}, {@code documents} and {@code demonstrations}. Start at
 * {@link dev.longstream.runs.preparation.Preparation}.
 */
package dev.longstream.runs.preparation;
