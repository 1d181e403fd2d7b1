package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads L-Eval's closed and open sets, one document a line.
 *
 * <p>The question decides its kind: options in its text make a multiple choice. The gold {@code True [fact: False]}
 * says what holds in the story and, in brackets, what holds in the world; the brackets are removed. A question that a
 * record repeats has all its references as golds.
 */
final class LEvalFormat implements PromptFormat {
    private static final Pattern CHOSEN = Pattern.compile("\\(?([A-Z])(?:\\).*|[.:]\\s.*)?", Pattern.DOTALL);
    private static final Pattern OUTSIDE_THE_STORY = Pattern.compile("\\s*\\[fact:.*]\\s*$", Pattern.DOTALL);
    private static final Pattern NUMBERING = Pattern.compile("^(?:Question\\s*)?\\d+\\s*[.:)]\\s*");
    private static final Set<String> SPANS = Set.of("natural_question", "wiki");
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "leval";
    }

    @Override
    public String layout() {
        return "{instructions: [question], outputs: [answer], input, source, evaluation}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "instructions", "outputs", "input", "source");
    }

    @Override
    public List<Unread> questions(JsonNode record, SourcePlace place) {
        Map<String, Set<String>> outputs = new LinkedHashMap<>();
        int questions = record.path("instructions").size();
        if (questions != record.path("outputs").size()) {
            return List.of(() -> {
                throw new RefusedException(questions + " instructions and "
                        + record.path("outputs").size() + " outputs, expected as many of one as of the other");
            });
        }
        for (int i = 0; i < questions; i++) {
            outputs.computeIfAbsent(record.path("instructions").path(i).asText(), question -> new LinkedHashSet<>())
                    .add(record.path("outputs").path(i).asText());
        }
        List<Unread> unread = new ArrayList<>();
        for (Entry<String, Set<String>> question : outputs.entrySet()) {
            unread.add(() -> prompt(question.getKey(), List.copyOf(question.getValue()), record, place));
        }
        return unread;
    }

    private ImportedPrompt prompt(String instruction, List<String> outputs, JsonNode record, SourcePlace place)
            throws RefusedException {
        if (record.path("evaluation").asText().equals("rouge")) {
            throw new RefusedException(
                    "the question wants a summary (evaluation is rouge), expected one with an" + " answer");
        }
        String source = Fields.text(record, "source");
        DocumentText document =
                new DocumentText("", Fields.text(record, "input").strip());
        Map<String, String> options = Options.inside(instruction);
        List<String> golds = Fields.golds(outputs);
        AnswerKind kind = SPANS.contains(source) ? AnswerKind.SHORT_ANSWER : Golds.freeTextKind(withoutFacts(golds));
        if (!options.isEmpty()) {
            kind = AnswerKind.MULTIPLE_CHOICE;
            golds = letters(golds, options);
        } else {
            golds = withoutFacts(golds);
        }
        String question = NUMBERING.matcher(instruction.strip()).replaceFirst("");
        return new ImportedPrompt(
                name() + "-" + place.stem() + "-"
                        + Digests.of(List.of(document.digest(), instruction)).substring(0, ID_DIGITS),
                place.stem(),
                kind,
                question,
                golds,
                options,
                List.of(document),
                Map.of(), // lines that repeat a document differ in source and evaluation; attributes would hide that
                place.source());
    }

    private static List<String> withoutFacts(List<String> golds) {
        return golds.stream()
                .map(gold -> OUTSIDE_THE_STORY.matcher(gold).replaceFirst(""))
                .distinct()
                .toList();
    }

    private static List<String> letters(List<String> golds, Map<String, String> options) throws RefusedException {
        Set<String> letters = new LinkedHashSet<>();
        for (String gold : golds) {
            Matcher chosen = CHOSEN.matcher(gold);
            if (!chosen.matches() || !options.containsKey(chosen.group(1))) {
                throw new RefusedException("the answer \"" + gold + "\" begins with none of the options "
                        + String.join(", ", options.keySet()));
            }
            letters.add(chosen.group(1));
        }
        return List.copyOf(letters);
    }
}
