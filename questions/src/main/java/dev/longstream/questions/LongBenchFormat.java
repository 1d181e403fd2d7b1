package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads LongBench's question-answering sets, one record a line. The context of a multi-hop set is split at its
 * {@code Passage N:} lines, so that a passage that several questions share becomes one document.
 */
final class LongBenchFormat implements OneQuestionFormat {
    private static final Set<String> SPANS =
            Set.of("hotpotqa", "2wikimqa", "musique", "triviaqa", "passage_retrieval_en");
    private static final Set<String> FREE_TEXT = Set.of("narrativeqa", "qasper", "multifieldqa_en");

    @Override
    public String name() {
        return "longbench";
    }

    @Override
    public String layout() {
        return "{input, context, answers: [text], dataset, _id, length?, language?, all_classes?}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "input", "context", "answers", "dataset");
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String dataset = Fields.text(record, "dataset");
        return new ImportedPrompt(
                "longbench-" + dataset + "-" + Fields.text(record, "_id"),
                dataset,
                kind(dataset),
                Fields.text(record, "input").strip(),
                Fields.golds(Fields.texts(record, "answers")),
                Map.of(),
                passages(Fields.text(record, "context")),
                Fields.attributes(record, "length", "language"),
                place.source());
    }

    private static AnswerKind kind(String dataset) throws RefusedException {
        String name = dataset.endsWith("_e") ? dataset.substring(0, dataset.length() - "_e".length()) : dataset;
        if (SPANS.contains(name)) {
            return AnswerKind.SHORT_ANSWER;
        }
        if (FREE_TEXT.contains(name)) {
            return AnswerKind.FREE_TEXT;
        }
        throw new RefusedException(
                "data set \"" + dataset + "\" is not supported, expected one of the question-answering sets: "
                        + String.join(", ", SPANS.stream().sorted().toList()) + ", "
                        + String.join(", ", FREE_TEXT.stream().sorted().toList()));
    }

    private static List<DocumentText> passages(String context) {
        List<DocumentText> passages = new ArrayList<>();
        String heading = "Passage 1:\n";
        if (!context.startsWith(heading)) {
            return List.of(new DocumentText("", context.strip()));
        }
        int from = heading.length();
        for (int next = 2; from >= 0; next++) { // in order only: "Passage 7:" inside a text is no heading
            heading = "\nPassage " + next + ":\n";
            int end = context.indexOf(heading, from);
            passages.add(passage(end < 0 ? context.substring(from) : context.substring(from, end)));
            from = end < 0 ? -1 : end + heading.length();
        }
        return passages;
    }

    private static DocumentText passage(String text) {
        String[] titleAndText = text.strip().split("\n", 2);
        return titleAndText.length == 2
                ? new DocumentText(titleAndText[0].strip(), titleAndText[1].strip())
                : new DocumentText("", titleAndText[0]);
    }
}
