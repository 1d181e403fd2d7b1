package dev.longstream.runs.scoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.record.AnswerKind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads answers with their golds from a file of JSON lines. */
public final class ScoredCases {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ScoredCases() {}

    /**
     * One answer with what it is compared with.
     *
     * @param kind rule that compares
     * @param golds accepted answers
     * @param answer answer as the policy writes it
     * @param options options of a multiple choice by letter; empty for other kinds
     */
    public record ScoredCase(AnswerKind kind, List<String> golds, String answer, Map<String, String> options) {
        /** Copies the collections. */
        public ScoredCase {
            golds = List.copyOf(golds);
            options = Map.copyOf(options);
        }
    }

    /**
     * Reads a file with {@code {kind, gold or golds, answer, options?}} in each line.
     *
     * @throws UnusableInputException if the file cannot be read or a line has another form; names file and line
     */
    public static List<ScoredCase> read(Path file) {
        List<ScoredCase> cases = new ArrayList<>();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    cases.add(of(JSON.readTree(line), file + ":" + number));
                }
            }
        } catch (IOException e) {
            throw new UnusableInputException(
                    file + (number == 0 ? "" : ":" + number) + " cannot be read: " + e.getMessage(), e);
        }
        return cases;
    }

    private static ScoredCase of(JsonNode row, String place) {
        List<String> golds = new ArrayList<>();
        (row.has("golds") ? row.path("golds") : JSON.createArrayNode().add(row.path("gold")))
                .forEach(gold -> golds.add(gold.asText()));
        if (!row.hasNonNull("kind") || !row.hasNonNull("answer") || golds.isEmpty() || golds.contains("")) {
            throw new UnusableInputException(
                    place + " is " + row + ", expected kind, gold or golds, answer, and for a choice options");
        }
        Map<String, String> options = new LinkedHashMap<>();
        row.path("options")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return new ScoredCase(
                kind(row.path("kind").asText()), golds, row.path("answer").asText(), options);
    }

    /**
     * Returns the kind of answer of a name such as {@code short-answer}.
     *
     * @throws WrongUseException if there is none of that name
     */
    public static AnswerKind kind(String name) {
        for (AnswerKind kind : AnswerKind.values()) {
            if (kind != AnswerKind.UNKNOWN && word(kind).equals(name)) {
                return kind;
            }
        }
        throw new WrongUseException("The kind is '" + name + "', expected one of "
                + Arrays.stream(AnswerKind.values())
                        .filter(kind -> kind != AnswerKind.UNKNOWN)
                        .map(ScoredCases::word)
                        .collect(Collectors.joining(", ")));
    }

    private static String word(AnswerKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
