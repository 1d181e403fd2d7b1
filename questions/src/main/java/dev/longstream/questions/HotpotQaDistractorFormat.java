package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads HotpotQA with retrieved distractors, in the layout of {@code camera_ready_nd8}, where the two gold paragraphs
 * have fields of their own. All paragraphs are shuffled by a digest of the id; otherwise the golds' place would give
 * the answer away.
 */
final class HotpotQaDistractorFormat implements OneQuestionFormat {
    @Override
    public String name() {
        return "hotpotqa-distractor";
    }

    @Override
    public String layout() {
        return "[{_id, question, answer, title_a, title_b, para_a: [sentence], para_b: [sentence], distractors:"
                + " [[title, [sentence], score]]}]";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "_id", "question", "para_a", "para_b", "distractors");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String id = name() + "-" + Fields.text(record, "_id");
        List<DocumentText> documents = new ArrayList<>();
        documents.add(gold(record, "a"));
        documents.add(gold(record, "b"));
        documents.addAll(HotpotQaFormat.paragraphs(record.path("distractors")));
        return new ImportedPrompt(
                id,
                name(),
                AnswerKind.SHORT_ANSWER,
                Fields.text(record, "question").strip(),
                Fields.golds(Fields.texts(record, "answer")),
                Map.of(),
                Digests.shuffled(id, documents),
                Map.of("distractors", String.valueOf(record.path("distractors").size())),
                place.source());
    }

    private static DocumentText gold(JsonNode record, String which) throws RefusedException {
        return new DocumentText(
                Fields.text(record, "title_" + which).strip(),
                Fields.joined(record.path("para_" + which)).strip());
    }
}
