package dev.longstream.runs.lineage;

import java.util.List;

/**
 * A prompt with the ways of all its assignments.
 *
 * @param prompt the prompt with its documents
 * @param paths its assignments in the order of admission, with what became of them
 * @param missing what is not on the log, with the reason, one line each
 */
public record PromptLineage(TracedPrompt prompt, List<TracedPath> paths, List<String> missing) {}
