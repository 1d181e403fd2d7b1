package dev.longstream.runs.lineage;

import java.util.List;
import java.util.Map;

/**
 * A question with the documents that it is about.
 *
 * @param id id of the prompt
 * @param place place of the record in {@code prompts}
 * @param split {@code train} or {@code held-out}
 * @param source file and line, or generator and seed
 * @param question text of the question
 * @param golds accepted answers
 * @param inputTokens tokens of the rendered prompt, documents included
 * @param documents documents in reading order
 * @param attributes further facts of the source
 */
public record TracedPrompt(
        String id,
        TracedPlace place,
        String split,
        String source,
        String question,
        List<String> golds,
        int inputTokens,
        List<TracedDocument> documents,
        Map<String, String> attributes) {}
