package dev.longstream.questions.generator;

import dev.longstream.questions.ImportedPrompt;

/**
 * A generated question with the facts that answer it.
 *
 * @param prompt the question with its document
 * @param evidence sentences of the facts that are needed, as in the document, in hop order
 */
public record GeneratedQuestion(ImportedPrompt prompt, String evidence) {

    /**
     * Returns a right answer that continues an open thought.
     *
     * @param quoting whether the answer quotes the evidence first
     */
    public String demonstration(boolean quoting) {
        return (quoting ? evidence + " " : "") + "</think> the answer is "
                + prompt.golds().get(0) + " .";
    }
}
