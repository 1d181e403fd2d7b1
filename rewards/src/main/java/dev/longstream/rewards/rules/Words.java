package dev.longstream.rewards.rules;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Splits a text into words for comparison: without case, accents, articles or insignificant punctuation. */
final class Words {
    private static final Pattern COMBINING = Pattern.compile("\\p{Mn}");
    private static final Pattern THOUSANDS_COMMA = Pattern.compile("(?<=\\p{Nd}),(?=\\p{Nd}{3}(?!\\p{Nd}))");
    private static final Pattern LEADING_MINUS = Pattern.compile("(?<![\\p{L}\\p{N}_])-(?=\\p{Nd})");
    private static final Pattern APOSTROPHE = Pattern.compile("['’‘ʼ`]");
    /** Stops between digits stay, because 3.5 is not 35. */
    private static final Pattern STOP_OUTSIDE_NUMBER = Pattern.compile("(?<!\\p{Nd})\\.|\\.(?!\\p{Nd})");

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}.]+");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    private Words() {}

    /** Returns the words of a text with its dates in one form. Empty only if the text has no letter and no digit. */
    static List<String> of(String text) {
        return split(Dates.rewrite(fold(text)));
    }

    /** Returns the words of a text with its dates unchanged, so that the year of a date is one of the words. */
    static List<String> withDatesAsWritten(String text) {
        return split(fold(text));
    }

    private static String fold(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).replace('\u2212', '-');
        // Upper case and back is case folding (ß becomes ss); the final sigma differs by position, not by case.
        String folded = plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('ς', 'σ');
        return COMBINING
                .matcher(Normalizer.normalize(folded, Normalizer.Form.NFKD))
                .replaceAll("");
    }

    private static List<String> split(String folded) {
        String text = THOUSANDS_COMMA.matcher(folded).replaceAll("");
        text = text.replace("%", " percent ").replace("&", " and ");
        text = LEADING_MINUS.matcher(text).replaceAll(" minus ");
        text = APOSTROPHE.matcher(text).replaceAll("");
        text = STOP_OUTSIDE_NUMBER.matcher(text).replaceAll("");
        text = NO_WORD.matcher(text).replaceAll(" ").strip();
        List<String> words = text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
        List<String> kept =
                words.stream().filter(word -> !ARTICLES.contains(word)).toList();
        return kept.isEmpty() ? words : kept;
    }
}
