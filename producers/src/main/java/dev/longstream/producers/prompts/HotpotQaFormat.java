package dev.longstream.producers.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * HotpotQA as published, and 2WikiMultihopQA, which has the same layout with evidences. Sentences carry their own leading blank and are
 * joined with nothing.
 */
final class HotpotQaFormat implements PromptFormat {
    @Override
    public String name() {
        return "hotpotqa";
    }

    @Override
    public String layout() {
        return "[{_id, question, answer, context: [[title, [sentence]]], type?, level?, supporting_facts?}]";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "_id", "question", "context")
                && object.path("context").isArray();
    }

    @Override
    public List<Unread> questions(JsonNode record, Place place) {
        return List.of(() -> prompt(record, place));
    }

    private static ImportedPrompt prompt(JsonNode record, Place place) throws RefusedException {
        String task = record.has("evidences") ? "2wikimultihopqa" : "hotpotqa";
        return new ImportedPrompt(
                task + "-" + Fields.text(record, "_id"),
                task,
                AnswerKind.SHORT_ANSWER,
                Fields.text(record, "question").strip(),
                Fields.golds(Fields.texts(record, "answer")),
                Map.of(),
                paragraphs(record.path("context")),
                Fields.attributes(record, "type", "level"),
                place.source());
    }

    /** Paragraphs as {@code [title, [sentence], …]}; what follows the sentences, such as a retrieval score, is not read. */
    static List<DocumentText> paragraphs(JsonNode context) throws RefusedException {
        List<DocumentText> paragraphs = new ArrayList<>();
        for (JsonNode paragraph : context) {
            if (!paragraph.path(0).isTextual() || !paragraph.path(1).isArray()) {
                throw new RefusedException("a paragraph is not [title, [sentence]]");
            }
            paragraphs.add(new DocumentText(
                    paragraph.path(0).textValue().strip(),
                    Fields.joined(paragraph.path(1)).strip()));
        }
        return paragraphs;
    }
}
