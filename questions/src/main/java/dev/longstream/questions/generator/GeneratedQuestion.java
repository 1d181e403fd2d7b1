package dev.longstream.questions.generator;

import dev.longstream.questions.ImportedPrompt;

/**
 * A generated question and the facts that answer it.
 *
 * @param prompt the question over its document
 * @param evidence the facts needed, word for word as in the document, in hop order
 */
public record GeneratedQuestion(ImportedPrompt prompt, String evidence) {

    /** A right answer, after an opened thought: quoting the evidence first, or at once. */
    public String demonstration(boolean quoting) {
        return (quoting ? evidence + " " : "") + "</think> the answer is "
                + prompt.golds().get(0) + " .";
    }
}
