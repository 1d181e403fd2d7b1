package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads L-CiteEval's question-answering sets. A document's text repeats its title, which is removed. Records do not
 * name their set, so the file's name is the task.
 */
final class LCiteEvalFormat implements OneQuestionFormat {
    @Override
    public String name() {
        return "l-citeeval";
    }

    @Override
    public String layout() {
        return "[{id, question, answer, docs: [{title, text} or text]}]";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "id", "question", "answer", "docs")
                && object.path("docs").isArray();
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        List<String> golds = Fields.golds(Fields.texts(record, "answer"));
        List<DocumentText> documents = new ArrayList<>();
        for (JsonNode document : record.path("docs")) {
            documents.add(
                    document.isTextual()
                            ? new DocumentText("", document.textValue().strip())
                            : document(document));
        }
        return new ImportedPrompt(
                name() + "-" + place.stem() + "-" + Fields.text(record, "id"),
                place.stem(),
                Golds.spanKind(golds),
                Fields.text(record, "question").strip(),
                golds,
                Map.of(),
                documents,
                Map.of(),
                place.source());
    }

    private static DocumentText document(JsonNode document) throws RefusedException {
        String title = document.path("title").asText("").strip();
        String text = Fields.text(document, "text").strip();
        boolean twice = !title.isEmpty() && text.startsWith(title + "\n");
        return new DocumentText(title, twice ? text.substring(title.length()).strip() : text);
    }
}
