package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads LooGLE: one page a line, whose questions are a string with a Python literal. If the answer is the number of one
 * of the question's numbered options, the options get letters and the kind is MULTIPLE_CHOICE. An ordering such as
 * {@code 3,5,1} is compared literally; other answers are free text.
 */
final class LooGleFormat implements PromptFormat {
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "loogle";
    }

    @Override
    public String layout() {
        return "{input, title, qa_pairs: \"[{'Q': …, 'A': …, 'type': …}]\"}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "input", "title", "qa_pairs");
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        JsonNode pairs;
        DocumentText page;
        try {
            pairs = PythonLiteral.read(Fields.text(record, "qa_pairs"));
            page = new DocumentText(
                    record.path("title").asText("").strip(),
                    Fields.text(record, "input").strip());
        } catch (RefusedException e) {
            return List.of(() -> {
                throw e;
            });
        }
        List<Unread> questions = new ArrayList<>();
        for (JsonNode pair : pairs) {
            questions.add(() -> prompt(pair, page, place));
        }
        return questions;
    }

    private ImportedPrompt prompt(JsonNode pair, DocumentText page, SourcePlace place) throws RefusedException {
        String question = Fields.text(pair, "Q").strip();
        String gold = Fields.gold(Fields.text(pair, "A"));
        String id = name() + "-" + Digests.of(List.of(page.digest(), question)).substring(0, ID_DIGITS);
        Map<String, String> options = Options.numbered(question);
        if (gold.matches("[1-9]") && Integer.parseInt(gold) <= options.size()) {
            return new ImportedPrompt(
                    id,
                    place.stem(),
                    AnswerKind.MULTIPLE_CHOICE,
                    Options.below(Options.beforeNumbered(question), options),
                    List.of(Options.letter(Integer.parseInt(gold) - 1)),
                    options,
                    List.of(page),
                    Fields.attributes(pair, "type"),
                    place.source());
        }
        boolean ordering = gold.matches("[1-9](?:\\s*,\\s*[1-9])+");
        return new ImportedPrompt(
                id,
                place.stem(),
                ordering ? AnswerKind.SHORT_ANSWER : AnswerKind.FREE_TEXT,
                question,
                List.of(gold),
                Map.of(),
                List.of(page),
                Fields.attributes(pair, "type"),
                place.source());
    }
}
