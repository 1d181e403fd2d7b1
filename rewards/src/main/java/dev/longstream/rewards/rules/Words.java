package dev.longstream.rewards.rules;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Splits a text into words for comparison: without case, optional accents, articles or insignificant punctuation. Signs
 * that make another answer are words: the + of BBB+, the # of C#, the < of p < 0.05.
 *
 * <p>Patterns begin with the sign and look back from it, because a pattern that begins with a look-behind is slow: it is
 * tried at every character.
 */
final class Words {
    /**
     * Marks that writers leave out: accents of Latin and Greek letters, the two dots of the Cyrillic ё, vowel signs of
     * Arabic and Hebrew. In other scripts a mark makes another letter: パ and バ, कु and क, й and и.
     */
    private static final Pattern OPTIONAL_MARKS =
            Pattern.compile("\\p{Mn}(?<=[\\p{IsLatin}\\p{IsGreek}\\p{IsArabic}\\p{IsHebrew}]\\p{Mn}{1,5})"
                    + "|\u0308(?<=\\p{IsCyrillic}\u0308)");

    private static final Pattern THOUSANDS_COMMA = Pattern.compile(",(?<=\\p{Nd},)(?=\\p{Nd}{3}(?!\\p{Nd}))");
    private static final Pattern LEADING_MINUS = Pattern.compile("-(?<![\\p{L}\\p{N}_]-)(?=[$€£¥]?\\p{Nd})");
    private static final Pattern PLUS_AFTER_WORD =
            Pattern.compile("\\+(?<=[\\p{L}\\p{N}+]\\+)|\\+(?<=\\p{N}\\s\\+)(?=\\s\\p{N})");
    /** The minus of a grade or an ion, such as BBB-, O- and SO4^2-; a longer word with a hyphen at its end is a word. */
    private static final Pattern MINUS_AFTER_LETTER = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(\\p{L}{1,4}|\\p{L}[\\p{L}\\p{N}^]{0,6}\\p{N})-(?=[\\s.,;:!?)\\]\"']|\\z)");

    private static final Pattern SHARP_AFTER_LETTER = Pattern.compile("[#♯](?<=\\p{L}[#♯])");
    private static final Pattern UNEQUAL = Pattern.compile("≠|!=|\\\\neq?(?![a-z])");
    private static final Pattern AT_MOST = Pattern.compile("[≤⩽≦]|<=|\\\\leq?(?![a-z])");
    private static final Pattern AT_LEAST = Pattern.compile("[≥⩾≧]|>=|\\\\geq?(?![a-z])");
    private static final Pattern RIGHT_ARROW = Pattern.compile("→|->|\\\\(?:to|rightarrow)(?![a-z])");
    /** The colon of a ratio or a time. */
    private static final Pattern RATIO = Pattern.compile("(?<=\\p{Nd})\\s?:\\s?(?=\\p{Nd})");
    /** The slash of a fraction, not of a date or of a season such as 2018/19. */
    private static final Pattern FRACTION =
            Pattern.compile("(?<![\\p{Nd}/.])(\\p{Nd}{1,3})\\s?/\\s?(\\p{Nd}{1,3})(?![\\p{Nd}/]|\\.\\p{Nd})");
    /** Signs that make another answer, with words for them. */
    private static final Map<String, String> SIGN_WORDS = Map.of(
            "<", " lesssign ",
            ">", " greatersign ",
            "←", " leftarrowsign ",
            "↔", " botharrowsign ",
            "±", " plusminussign ",
            "√", " rootsign ",
            "‰", " permillesign ",
            "′", " primesign ",
            "♭", " flat ",
            "♮", " natural ");
    /** Words for signs beside an answer that make another answer of it. Only "minus" is a word that people write. */
    static final Set<String> SIGNS = Set.of(
            "minus",
            "plussign",
            "minussign",
            "sharpsign",
            "lesssign",
            "greatersign",
            "atmostsign",
            "atleastsign",
            "unequalsign",
            "plusminussign",
            "rootsign",
            "permillesign",
            "primesign",
            "ratiosign",
            "fractionsign");

    private static final Pattern APOSTROPHE = Pattern.compile("['’‘ʼ`]");
    /** Stops between digits stay, because 3.5 is not 35. */
    private static final Pattern STOP_OUTSIDE_NUMBER = Pattern.compile("(?<!\\p{Nd})\\.|\\.(?!\\p{Nd})");

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{N}.]+");
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
        String plain = Normalizer.normalize(AnswerPart.withCommas(text), Normalizer.Form.NFKC)
                .replace('\u2212', '-')
                .replace('\u2010', '-');
        // Upper case and back is case folding (ß becomes ss); the final sigma differs by position, not by case.
        String folded = plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('ς', 'σ');
        String bare = OPTIONAL_MARKS
                .matcher(Normalizer.normalize(folded, Normalizer.Form.NFKD))
                .replaceAll("");
        return Normalizer.normalize(bare, Normalizer.Form.NFC);
    }

    private static List<String> split(String folded) {
        String text = THOUSANDS_COMMA.matcher(folded).replaceAll("");
        text = text.replace("%", " percent ").replace("&", " and ");
        text = LEADING_MINUS.matcher(text).replaceAll(" minus ");
        text = PLUS_AFTER_WORD.matcher(text).replaceAll(" plussign ");
        text = MINUS_AFTER_LETTER.matcher(text).replaceAll("$1 minussign ");
        text = SHARP_AFTER_LETTER.matcher(text).replaceAll(" sharpsign ");
        text = UNEQUAL.matcher(text).replaceAll(" unequalsign ");
        text = RIGHT_ARROW.matcher(text).replaceAll(" rightarrowsign ");
        text = AT_MOST.matcher(text).replaceAll(" atmostsign ");
        text = AT_LEAST.matcher(text).replaceAll(" atleastsign ");
        text = RATIO.matcher(text).replaceAll(" ratiosign ");
        text = FRACTION.matcher(text).replaceAll("$1 fractionsign $2");
        for (Map.Entry<String, String> sign : SIGN_WORDS.entrySet()) {
            text = text.replace(sign.getKey(), sign.getValue());
        }
        text = APOSTROPHE.matcher(text).replaceAll("");
        text = STOP_OUTSIDE_NUMBER.matcher(text).replaceAll("");
        text = NO_WORD.matcher(text).replaceAll(" ").strip();
        List<String> words = text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
        List<String> kept =
                words.stream().filter(word -> !ARTICLES.contains(word)).toList();
        return kept.isEmpty() ? words : kept;
    }
}
