package dev.longstream.questions.generator;

/**
 * A fact of a document, e.g. "The pet of Ada mirror ." A (subject, key) pair occurs once, so that a question has one
 * answer.
 *
 * @param subject the person
 * @param key relation or property of the person
 * @param value one word, or two for a place with a prefix
 */
record Fact(String subject, FactKey key, String value) {
    /** Returns the sentence that documents and quotations contain; the value follows its subject directly. */
    String sentence() {
        return "The " + key.word() + " of " + subject + " " + value + " .";
    }
}
