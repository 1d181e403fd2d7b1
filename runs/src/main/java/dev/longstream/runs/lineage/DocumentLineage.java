package dev.longstream.runs.lineage;

import java.util.List;

/**
 * A document with the prompts that refer to it.
 *
 * @param document the document
 * @param prompts prompts that refer to it, in the order of publication
 */
public record DocumentLineage(TracedDocument document, List<PromptUse> prompts) {

    /**
     * A prompt that refers to a document.
     *
     * @param id id of the prompt
     * @param place place of the record in {@code prompts}
     * @param split {@code train} or {@code held-out}
     * @param position place of the document among those of the prompt, 0 for the first
     */
    public record PromptUse(String id, TracedPlace place, String split, int position) {}
}
