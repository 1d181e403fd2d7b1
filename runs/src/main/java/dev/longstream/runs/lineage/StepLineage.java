package dev.longstream.runs.lineage;

import java.util.List;

/**
 * Everything that a gradient step was made of.
 *
 * @param step the step with its batch and groups
 * @param answers answers of these groups, in their order
 * @param prompts prompts of these groups, each once
 * @param sampledBy policy versions that sampled the answers' tokens, ascending
 * @param missing what is not on the log, with the reason, one line each
 */
public record StepLineage(
        TracedStep step,
        List<TracedAnswer> answers,
        List<TracedPrompt> prompts,
        List<TracedVersion> sampledBy,
        List<String> missing) {}
