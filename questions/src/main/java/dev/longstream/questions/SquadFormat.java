package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads SQuAD's layout, which XQuAD, COVID-QA and many others share: a file is one object, its paragraphs are the
 * documents. The answers' offsets are ignored, because some of these sets have wrong ones; the answers' texts always
 * occur.
 */
final class SquadFormat implements PromptFormat {
    @Override
    public String name() {
        return "squad";
    }

    @Override
    public String layout() {
        return "{data: [{title?, paragraphs: [{context, qas: [{id, question, answers: [{text}], is_impossible?}]}]}]}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return object.path("data").isArray()
                && object.path("data").path(0).path("paragraphs").path(0).has("qas");
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        List<Unread> questions = new ArrayList<>();
        for (JsonNode article : record.path("data")) {
            String title = article.path("title").asText("").strip();
            for (JsonNode paragraph : article.path("paragraphs")) {
                for (JsonNode question : paragraph.path("qas")) {
                    questions.add(() -> prompt(question, title, paragraph, place));
                }
            }
        }
        return questions;
    }

    private ImportedPrompt prompt(JsonNode question, String title, JsonNode paragraph, SourcePlace place)
            throws RefusedException {
        String id = Fields.text(question, "id");
        if (question.path("is_impossible").asBoolean()) {
            throw new RefusedException("question " + id + " is marked as impossible");
        }
        List<String> golds = new ArrayList<>();
        for (JsonNode answer : question.path("answers")) {
            golds.add(Fields.text(answer, "text").strip().replaceFirst("(?<=\\w)\\.$", ""));
        }
        golds = Fields.golds(golds);
        return new ImportedPrompt(
                place.stem() + "-" + id,
                place.stem(),
                Golds.spanKind(golds),
                Fields.text(question, "question").strip(),
                golds,
                Map.of(),
                List.of(new DocumentText(
                        title, Fields.text(paragraph, "context").strip())),
                Fields.attributes(paragraph, "document_id"),
                place.source());
    }
}
