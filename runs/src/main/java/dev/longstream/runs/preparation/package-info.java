/**
 * From a configuration to what a run starts with: the model folder, questions, demonstrations and the warm-up. It reads files and writes the topics of
 * prompts, documents and demonstrations. Start at {@link dev.longstream.runs.preparation.Preparation}.
 */
package dev.longstream.runs.preparation;
