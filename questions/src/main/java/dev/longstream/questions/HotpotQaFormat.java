package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads HotpotQA as published, and 2WikiMultihopQA, which has the same layout with evidences. Both may also be in
 * columns, a list of titles and a list of sentences. Sentences begin with their own blank and are joined without one.
 */
final class HotpotQaFormat implements OneQuestionFormat {
    @Override
    public String name() {
        return "hotpotqa";
    }

    @Override
    public String layout() {
        return "{_id or id, question, answer, context: [[title, [sentence]]] or {title: [text], sentences:"
                + " [[sentence]]}, type?, level?}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        JsonNode context = object.path("context");
        return Fields.has(object, id(object), "question", "context")
                && (context.isArray() || Fields.has(context, "title", "sentences"));
    }

    private static String id(JsonNode record) {
        return record.has("_id") ? "_id" : "id";
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String task = record.has("evidences") ? "2wikimultihopqa" : "hotpotqa";
        return new ImportedPrompt(
                task + "-" + Fields.text(record, id(record)),
                task,
                AnswerKind.SHORT_ANSWER,
                Fields.text(record, "question").strip(),
                Fields.golds(Fields.texts(record, "answer")),
                Map.of(),
                paragraphs(record.path("context")),
                Fields.attributes(record, "type", "level"),
                place.source());
    }

    /** Reads paragraphs {@code [title, [sentence], …]}; further elements, such as a retrieval score, are ignored. */
    static List<DocumentText> paragraphs(JsonNode context) throws RefusedException {
        List<DocumentText> paragraphs = new ArrayList<>();
        if (context.isObject()) {
            for (int i = 0; i < context.path("title").size(); i++) {
                paragraphs.add(new DocumentText(
                        context.path("title").path(i).asText().strip(),
                        Fields.joined(context.path("sentences").path(i)).strip()));
            }
            return paragraphs;
        }
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
