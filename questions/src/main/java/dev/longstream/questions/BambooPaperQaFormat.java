package dev.longstream.questions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longstream.record.AnswerKind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads BAMBOO's PaperQA: multiple choice with four options over a paper. An item is refused unless it has four options
 * with the letters A to D in order; more than a fifth of the published items have not.
 */
final class BambooPaperQaFormat implements OneQuestionFormat {
    private static final Pattern LETTERED = Pattern.compile("\\s*([A-D])\\s*[.:)]\\s*(\\S.*)", Pattern.DOTALL);
    private static final Pattern ANOTHER = Pattern.compile("\\n\\s*[A-D]\\s*[.:]|\\\\[A-D]\\s*[.:]");
    private static final int OPTIONS = 4;
    private static final int ID_DIGITS = 16;

    @Override
    public String name() {
        return "bamboo-paperqa";
    }

    @Override
    public String layout() {
        return "{question, evidence, options: [\"A. …\" to \"D. …\"], answer: letter, content}";
    }

    @Override
    public boolean recognises(JsonNode object) {
        return Fields.has(object, "question", "options", "answer", "content")
                && object.path("options").isArray();
    }

    @Override
    public ImportedPrompt prompt(JsonNode record, SourcePlace place) throws RefusedException {
        String question = Fields.text(record, "question").strip();
        Map<String, String> options = options(Fields.texts(record, "options"));
        DocumentText paper = new DocumentText("", Fields.text(record, "content").strip());
        return new ImportedPrompt(
                name() + "-"
                        + Digests.of(List.of(question, String.join("\n", options.values()), paper.digest()))
                                .substring(0, ID_DIGITS),
                name(),
                AnswerKind.MULTIPLE_CHOICE,
                Options.below(question, options),
                List.of(Fields.text(record, "answer").strip()),
                options,
                List.of(paper),
                Map.of(),
                place.source());
    }

    private static Map<String, String> options(List<String> written) throws RefusedException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String one : written) {
            Matcher option = LETTERED.matcher(one);
            if (!option.matches()
                    || !option.group(1).equals(Options.letter(options.size()))
                    || ANOTHER.matcher(option.group(2)).find()) {
                throw new RefusedException("option " + (options.size() + 1) + " of " + written.size() + " is \""
                        + start(one) + "\", expected four options with the letters A to D in order");
            }
            options.put(option.group(1), option.group(2).strip());
        }
        if (options.size() != OPTIONS) {
            throw new RefusedException(options.size() + " options, expected four with the letters A to D in order");
        }
        return options;
    }

    private static String start(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }
}
