package dev.longstream.questions;

import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Renders the user's message: an instruction, the documents between marks, the question, and the form of the answer
 * (QwenLong-L1, Table 1, in Longstream's wording). The rule that scores the kind looks for the form's lead-in.
 */
public final class PromptTemplate {
    private static final String INSTRUCTION =
            "Read the text below with care, then answer the question that follows it.";
    private static final String FORM = "Format your response as follows: ";

    private PromptTemplate() {}

    /**
     * Renders one prompt as the text of the user's message.
     *
     * @param question the question, with its options if it has any
     * @param documents documents in reading order; a title is printed on the line above its text
     * @param kind decides the form of the answer
     * @throws IllegalArgumentException for {@link AnswerKind#UNKNOWN}, which has no form
     */
    public static String render(String question, List<DocumentText> documents, AnswerKind kind) {
        String text = documents.stream().map(PromptTemplate::document).collect(Collectors.joining("\n\n"));
        return INSTRUCTION + "\n\n<text>\n" + text + "\n</text>\n\n" + question + "\n\n" + FORM + "\"" + form(kind)
                + "\".";
    }

    private static String document(DocumentText document) {
        return document.title().isEmpty() ? document.text() : document.title() + "\n" + document.text();
    }

    private static String form(AnswerKind kind) {
        return switch (kind) {
            case MULTIPLE_CHOICE -> "The correct answer is (insert letter here)";
            case NUMBER, SHORT_ANSWER, FREE_TEXT -> "Therefore, the answer is (insert answer here)";
            case ANSWER_SET -> "Therefore, the answer is (insert every item here, separated by semicolons)";
            case MATH_BOXED -> "Therefore, the answer is \\boxed{insert answer here}";
            case UNKNOWN ->
                throw new IllegalArgumentException("a question of kind UNKNOWN has no form of answer, expected"
                        + " MULTIPLE_CHOICE, NUMBER, SHORT_ANSWER, FREE_TEXT, ANSWER_SET or MATH_BOXED");
        };
    }
}
