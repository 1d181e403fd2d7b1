package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.List;
import java.util.Map;

/** Reads DocMath-Eval: questions whose answer is a number. A report's paragraphs, tables included, are one document. */
final class DocMathFormat implements OneQuestionFormat {
    @Override
    public String name() {
        return "docmath";
    }

    @Override
    public String layout() {
        return "{question_id, question, paragraphs: [text], ground_truth: number, source?, python_solution?}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "question_id", "question", "paragraphs", "ground_truth");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        return new ImportedPrompt(
                name() + "-" + Fields.text(record, "question_id"),
                name(),
                AnswerKind.NUMBER,
                Fields.text(record, "question").strip(),
                List.of(Fields.text(record, "ground_truth")),
                Map.of(),
                List.of(new DocumentText(
                        "",
                        String.join("\n\n", Fields.texts(record, "paragraphs")).strip())),
                Fields.attributes(record, "source"),
                place.source());
    }
}
