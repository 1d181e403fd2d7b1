package dev.longstream.judging;

import dev.longstream.config.ConfigurationException;
import dev.longstream.files.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The template of the message to a judge. Its placeholders are {@code {question}}, {@code {golds}}, {@code {answer}},
 * and {@code {mark}}, the line before and after the answer.
 *
 * @param template the text
 * @param digest SHA-256 of the template, a part of every request's key
 * @param longestAnswer maximum length of an answer in characters; a longer one is cut
 */
public record Rubric(String template, String digest, int longestAnswer) {
    private static final String EQUIVALENCE = "equivalence.txt";
    private static final String BEHAVIOURS = "behaviours.txt";
    private static final Pattern PLACE = Pattern.compile("\\{(question|golds|answer|mark)\\}");
    private static final List<String> PLACES = List.of("{question}", "{golds}", "{answer}", "{mark}");

    /** Maximum characters of an answer that is compared with golds. */
    private static final int SHORT_ANSWER = 2000;
    /** Maximum characters of a whole answer, some 15,000 tokens: the length of QwenLong-L1's answers. */
    private static final int WHOLE_ANSWER = 60_000;

    /**
     * Digits of the request's key in its mark. The key depends on the answer, so an answer cannot contain its own mark.
     */
    private static final int MARK_DIGITS = 24;

    /** Returns Longstream's rubric for verdicts: does the answer mean the same as a gold? */
    public static Rubric builtIn() {
        return of(resource(EQUIVALENCE), SHORT_ANSWER);
    }

    /** Returns Longstream's rubric for behaviours: how often does the answer show each reasoning behaviour? */
    public static Rubric behaviours() {
        return of(resource(BEHAVIOURS), WHOLE_ANSWER);
    }

    private static String resource(String name) {
        try (InputStream text = Objects.requireNonNull(Rubric.class.getResourceAsStream(name), name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a rubric from a file.
     *
     * @throws ConfigurationException if the file cannot be read or lacks a placeholder
     */
    public static Rubric read(Path file) {
        String template;
        try {
            template = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigurationException(List.of("judge.rubric is " + file + ", which cannot be read ("
                    + e.getClass().getSimpleName() + ")"));
        }
        List<String> missing =
                PLACES.stream().filter(place -> !template.contains(place)).toList();
        if (!missing.isEmpty()) {
            throw new ConfigurationException(List.of("judge.rubric is " + file + ", which has no placeholder "
                    + String.join(", ", missing) + "; a rubric needs " + String.join(", ", PLACES)));
        }
        return of(template, SHORT_ANSWER);
    }

    private static Rubric of(String template, int longestAnswer) {
        return new Rubric(template, Sha256.of(template), longestAnswer);
    }

    /**
     * Renders the message to the judge. Placeholders inside the inserted texts stay as they are.
     *
     * @param key digest of the request, hexadecimal
     */
    String message(String key, String question, List<String> golds, String answer) {
        Map<String, String> places = Map.of(
                "question",
                question.strip(),
                "golds",
                String.join("\n", golds),
                "answer",
                Disarmed.of(answer, longestAnswer),
                "mark",
                "=====" + key.substring(0, Math.min(MARK_DIGITS, key.length())) + "=====");
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(places.get(place.group(1)))));
    }
}
