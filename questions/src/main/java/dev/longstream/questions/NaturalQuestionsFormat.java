package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads Natural Questions with retrieved passages, in the layout of "Lost in the Middle". Records have no id, so the id
 * is a digest of the question and its passages: other passages, or another order of them, make another prompt.
 */
final class NaturalQuestionsFormat implements OneQuestionFormat {
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "nq";
    }

    @Override
    public String layout() {
        return "{question, answers: [text], ctxs: [{title, text, isgold?}]}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "question", "answers", "ctxs");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String question = Fields.text(record, "question").strip();
        List<DocumentText> passages = new ArrayList<>();
        List<String> content = new ArrayList<>(List.of(question));
        Map<String, String> attributes = new TreeMap<>();
        for (JsonNode passage : record.path("ctxs")) {
            if (passage.path("isgold").asBoolean()) {
                attributes.putIfAbsent("gold-at", String.valueOf(passages.size()));
            }
            DocumentText text = new DocumentText(
                    passage.path("title").asText("").strip(),
                    Fields.text(passage, "text").strip());
            passages.add(text);
            content.add(text.digest());
        }
        attributes.put("passages", String.valueOf(passages.size()));
        return new ImportedPrompt(
                name() + "-" + passages.size() + "-" + Digests.of(content).substring(0, ID_DIGITS),
                "nq-open",
                AnswerKind.SHORT_ANSWER,
                question,
                Fields.golds(Fields.texts(record, "answers")),
                Map.of(),
                passages,
                attributes,
                place.source());
    }
}
