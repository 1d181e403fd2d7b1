package dev.longstream.questions.generator;

import java.util.List;

/**
 * A document and the continuations that a new policy learns. Each branch follows the document directly.
 *
 * @param document the document's text
 * @param branches continuations, independent of one another; each a list of parts
 */
public record ReadingRow(String document, List<List<ReadingPart>> branches) {
    /**
     * A part of a continuation.
     *
     * @param words words, separated by one blank
     * @param learned whether the loss counts them
     */
    public record ReadingPart(String words, boolean learned) {}
}
