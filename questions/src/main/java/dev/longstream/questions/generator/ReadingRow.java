package dev.longstream.questions.generator;

import java.util.List;

/**
 * A document and what a policy is to learn to continue it with; each branch follows the document directly.
 *
 * @param document words of the document
 * @param branches continuations, independent of one another
 */
public record ReadingRow(String document, List<List<ReadingPart>> branches) {
    /**
     * Words of a continuation.
     *
     * @param words separated by one blank
     * @param learned whether the loss counts them
     */
    public record ReadingPart(String words, boolean learned) {}
}
