package dev.longstream.questions.generator;

/**
 * One fact of a document. A (subject, key) pair occurs once, so a question has one answer.
 *
 * @param subject a person
 * @param key what is said of the person
 * @param value one word, or two for a place with a prefix
 */
record Fact(String subject, FactKey key, String value) {
    /** As documents and quotations write it; the value follows its subject at once. */
    String sentence() {
        return "The " + key.word() + " of " + subject + " " + value + " .";
    }
}
