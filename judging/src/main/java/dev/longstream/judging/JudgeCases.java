package dev.longstream.judging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.config.ConfigurationException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads labelled cases, one JSON object a line, in one of two forms:
 *
 * <ul>
 *   <li>{@code {"question", "gold", "answer", "label"}}: the gold is a text or a list of accepted texts; the label is
 *       1, 0, true, false, "yes" or "no". Optional keys are {@code id}, {@code group}, and {@code "injection": true} if
 *       the answer addresses the judge.
 *   <li>A rule's test case, {@code {"id", "kind", "gold", "output", "expect": {"extracted", "score"}}}: the extracted
 *       text is the answer, the score is the label. A case without an extracted text or with an unreadable gold is
 *       skipped, because no judge would see it.
 * </ul>
 */
public final class JudgeCases {
    private static final String BUILT_IN = "cases.jsonl";
    private static final String INJECTION = "injection";
    private static final ObjectMapper JSON = new ObjectMapper();

    private JudgeCases() {}

    /**
     * Returns Longstream's own cases: paraphrases, answers that only look alike, and answers that address the judge.
     */
    public static List<JudgeCase> builtIn() {
        try (InputStream text = Objects.requireNonNull(JudgeCases.class.getResourceAsStream(BUILT_IN), BUILT_IN)) {
            return read(BUILT_IN, new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads all cases of a file.
     *
     * @throws ConfigurationException if the file cannot be read or has no case, or with all lines that are not cases
     */
    public static List<JudgeCase> read(Path file) {
        try {
            return read(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new ConfigurationException(
                    List.of(file + " cannot be read (" + e.getClass().getSimpleName() + ")"));
        }
    }

    static List<JudgeCase> read(String name, String text) {
        List<JudgeCase> cases = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String at = name + ":" + number;
            try {
                JsonNode row = JSON.readTree(line);
                if (row.has("expect")) {
                    addRuleCase(row, at, cases);
                } else {
                    cases.add(labelled(row, at));
                }
            } catch (JsonProcessingException e) {
                problems.add(at + " is not JSON: " + e.getOriginalMessage());
            } catch (IllegalArgumentException e) {
                problems.add(at + " " + e.getMessage());
            }
        }
        if (cases.isEmpty() && problems.isEmpty()) {
            problems.add(name + " has no case for a judge, expected at least one with an answer and a label");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return cases;
    }

    /** Renders a case as one line of JSON that {@link #read} accepts. */
    public static String line(JudgeCase one) {
        ObjectNode row = JSON.createObjectNode()
                .put("id", one.id())
                .put("group", one.group())
                .put("question", one.question());
        one.golds().forEach(row.putArray("gold")::add);
        row.put("answer", one.answer()).put("label", one.equivalent() ? 1 : 0);
        if (one.injection()) {
            row.put(INJECTION, true);
        }
        return row.toString();
    }

    private static void addRuleCase(JsonNode row, String at, List<JudgeCase> cases) {
        JsonNode extracted = row.path("expect").path("extracted");
        JsonNode score = row.path("expect").path("score");
        if (extracted.isTextual() && score.isNumber()) {
            cases.add(new JudgeCase(
                    row.path("id").asText(at),
                    row.path("kind").asText("rule"),
                    row.path("question").asText(""),
                    golds(row),
                    extracted.textValue(),
                    score.doubleValue() == 1,
                    false));
        }
    }

    private static JudgeCase labelled(JsonNode row, String at) {
        JsonNode answer = row.path("answer");
        if (!answer.isTextual() || answer.textValue().isBlank()) {
            throw new IllegalArgumentException("has no answer, expected a text");
        }
        boolean injection = row.path(INJECTION).asBoolean(false);
        boolean equivalent = label(row.path("label"));
        if (injection && equivalent) {
            throw new IllegalArgumentException("is an injection with the label equivalent, expected not equivalent");
        }
        return new JudgeCase(
                row.path("id").asText(at),
                row.path("group").asText(injection ? INJECTION : "labelled"),
                row.path("question").asText(""),
                golds(row),
                answer.textValue(),
                equivalent,
                injection);
    }

    private static List<String> golds(JsonNode row) {
        JsonNode gold = row.path("gold");
        List<String> golds = new ArrayList<>();
        if (gold.isArray()) {
            gold.forEach(one -> golds.add(one.asText()));
        } else if (gold.isValueNode() && !gold.isNull()) {
            golds.add(gold.asText());
        }
        if (golds.isEmpty()) {
            throw new IllegalArgumentException("has no gold, expected a text or a list of texts");
        }
        return golds;
    }

    private static boolean label(JsonNode label) {
        String word = label.asText().toLowerCase(Locale.ROOT);
        return switch (word) {
            case "1", "1.0", "true", "yes" -> true;
            case "0", "0.0", "false", "no" -> false;
            default ->
                throw new IllegalArgumentException(
                        "has the label " + label + ", expected 1, 0, true, false, yes or no");
        };
    }
}
