package dev.longstream.questions;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The result of reading files of questions: the prompts, and every row that gave none.
 *
 * @param prompts prompts in the order of files and rows; every id occurs once
 * @param refused rows that gave no prompt, with the reason
 * @param formatByFile file name to the name of its format
 * @param repeatedByFile file name to the number of rows dropped because they repeat an earlier row; only files with
 *     such rows
 */
public record ImportReport(
        List<ImportedPrompt> prompts,
        List<RefusedRow> refused,
        Map<String, String> formatByFile,
        Map<String, Integer> repeatedByFile) {
    /** Copies the collections; the maps keep their order. */
    public ImportReport {
        prompts = List.copyOf(prompts);
        refused = List.copyOf(refused);
        formatByFile = Collections.unmodifiableMap(new LinkedHashMap<>(formatByFile));
        repeatedByFile = Collections.unmodifiableMap(new LinkedHashMap<>(repeatedByFile));
    }

    /** Describes each file: format, refused and repeated rows, and the number and lengths of its questions by kind. */
    public String summary() {
        Map<String, List<ImportedPrompt>> byFile = prompts.stream().collect(Collectors.groupingBy(ImportReport::file));
        return formatByFile.entrySet().stream()
                .map(file -> summary(file.getKey(), file.getValue(), byFile.getOrDefault(file.getKey(), List.of())))
                .collect(Collectors.joining("\n"));
    }

    private String summary(String file, String format, List<ImportedPrompt> read) {
        long refusals = refused.stream().filter(row -> row.file().equals(file)).count();
        String head = String.format(
                Locale.ROOT,
                "%s (%s): %d questions, %d refused, %d repeated",
                file,
                format,
                read.size(),
                refusals,
                repeatedByFile.getOrDefault(file, 0));
        return new TreeMap<>(read.stream().collect(Collectors.groupingBy(ImportedPrompt::kind)))
                .entrySet().stream()
                        .map(kind -> String.format(
                                Locale.ROOT,
                                "\n  %d %s: words %s, characters %s (min, median, max)",
                                kind.getValue().size(),
                                kind.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                spread(kind.getValue(), ImportReport::words),
                                spread(kind.getValue(), ImportReport::characters)))
                        .collect(Collectors.joining("", head, ""));
    }

    private static String file(ImportedPrompt prompt) {
        return prompt.source().substring(0, prompt.source().lastIndexOf(':'));
    }

    private static String spread(List<ImportedPrompt> prompts, ToLongFunction<ImportedPrompt> length) {
        long[] sorted = prompts.stream().mapToLong(length).sorted().toArray();
        return sorted[0] + " – " + sorted[sorted.length / 2] + " – " + sorted[sorted.length - 1];
    }

    /** Counts the characters of question and documents. */
    private static long characters(ImportedPrompt prompt) {
        return prompt.question().length()
                + prompt.documents().stream()
                        .mapToLong(document ->
                                document.title().length() + document.text().length())
                        .sum();
    }

    /** Counts the words, separated by blanks, of question and documents. */
    private static long words(ImportedPrompt prompt) {
        return words(prompt.question())
                + prompt.documents().stream()
                        .mapToLong(document -> words(document.title()) + words(document.text()))
                        .sum();
    }

    private static long words(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean blank = Character.isWhitespace(text.charAt(i));
            words += !blank && !inside ? 1 : 0;
            inside = !blank;
        }
        return words;
    }
}
