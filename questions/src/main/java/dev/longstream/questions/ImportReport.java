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
 * What came of reading files of questions. Files are called by their own names.
 *
 * @param prompts        in order of files and rows; no id twice
 * @param refused        every row that gave no prompt, with the reason
 * @param formatByFile   the layout each file was read in
 * @param repeatedByFile rows that said again what an earlier row had said, and were dropped; files that have any
 */
public record ImportReport(
        List<ImportedPrompt> prompts,
        List<RefusedRow> refused,
        Map<String, String> formatByFile,
        Map<String, Integer> repeatedByFile) {
    public ImportReport {
        prompts = List.copyOf(prompts);
        refused = List.copyOf(refused);
        formatByFile = Collections.unmodifiableMap(new LinkedHashMap<>(formatByFile));
        repeatedByFile = Collections.unmodifiableMap(new LinkedHashMap<>(repeatedByFile));
    }

    /** For each file: its format, how many questions of which kind and how long, how many rows were refused or repeated. */
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
                                "\n  %d %s: words %s, characters %s (least, median, most)",
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

    /** Characters of question and documents. */
    private static long characters(ImportedPrompt prompt) {
        return prompt.question().length()
                + prompt.documents().stream()
                        .mapToLong(document ->
                                document.title().length() + document.text().length())
                        .sum();
    }

    /** Words between blanks, of question and documents. */
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
