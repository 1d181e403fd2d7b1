package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads MuSiQue as published. Aliases of the answer are golds too. A question that its paragraphs do not answer
 * (MuSiQue-Full) is refused, because there is no answer to reward.
 */
final class MuSiQueFormat implements OneQuestionFormat {
    @Override
    public String name() {
        return "musique";
    }

    @Override
    public String layout() {
        return "{id, question, answer, answer_aliases: [text], answerable, paragraphs: [{title, paragraph_text,"
                + " is_supporting}]}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "id", "question", "paragraphs")
                && object.path("paragraphs").path(0).has("paragraph_text");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String id = Fields.text(record, "id");
        if (record.path("answerable").isBoolean() && !record.path("answerable").asBoolean()) {
            throw new RefusedException("question " + id + " is marked as not answerable");
        }
        Set<String> golds = new LinkedHashSet<>(List.of(Fields.text(record, "answer")));
        if (record.hasNonNull("answer_aliases")) {
            golds.addAll(Fields.texts(record, "answer_aliases"));
        }
        List<DocumentText> paragraphs = new ArrayList<>();
        for (JsonNode paragraph : record.path("paragraphs")) {
            paragraphs.add(new DocumentText(
                    paragraph.path("title").asText("").strip(),
                    Fields.text(paragraph, "paragraph_text").strip()));
        }
        Map<String, String> attributes = new TreeMap<>();
        if (Character.isDigit(id.charAt(0))) {
            attributes.put("hops", id.substring(0, 1)); // 2hop__…, 3hop1__…
        }
        return new ImportedPrompt(
                name() + "-" + id,
                name(),
                AnswerKind.SHORT_ANSWER,
                Fields.text(record, "question").strip(),
                Fields.golds(List.copyOf(golds)),
                Map.of(),
                paragraphs,
                attributes,
                place.source());
    }
}
