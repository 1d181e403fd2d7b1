package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;

/**
 * Reads BAMBOO's AltQA: one text with an instruction, the question and the document, in either order. The text is split
 * at the marks outside the document, because a document may contain the same words.
 */
final class BambooAltQaFormat implements OneQuestionFormat {
    private static final String QUESTION = "\n\nQuestion:\n";
    private static final String DOCUMENT = "\n\nDocument:\n";
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "bamboo-altqa";
    }

    @Override
    public String layout() {
        return "{content: text with \"Question:\" and \"Document:\" on lines of their own, answer: number}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return object.size() == 2
                && Fields.has(object, "content", "answer")
                && object.path("content").asText().contains(QUESTION)
                && object.path("content").asText().contains(DOCUMENT);
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String content = Fields.text(record, "content");
        int questionAt = content.indexOf(QUESTION);
        int documentAt = content.indexOf(DOCUMENT);
        boolean questionFirst = questionAt < documentAt;
        if (!questionFirst) {
            questionAt = content.lastIndexOf(QUESTION);
        }
        String question = content.substring(
                        questionAt + QUESTION.length(), questionFirst ? documentAt : content.length())
                .strip();
        String document = content.substring(
                        documentAt + DOCUMENT.length(), questionFirst ? content.length() : questionAt)
                .strip();
        return new ImportedPrompt(
                name() + "-" + Digests.of(List.of(question, document)).substring(0, ID_DIGITS),
                name(),
                AnswerKind.NUMBER,
                question,
                Fields.golds(Fields.texts(record, "answer")),
                Map.of(),
                List.of(new DocumentText("", document)),
                // Several excerpts share a question. A split of the set must keep them together.
                Map.of("question-group", Digests.of(List.of(question)).substring(0, ID_DIGITS)),
                place.source());
    }
}
