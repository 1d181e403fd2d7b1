package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Extracts the part of an output that is compared: the text after the thought, in a normal form. */
final class AnswerPart {
    static final String THOUGHT_END = "</think>";
    private static final Pattern CHAT_SPECIALS = Pattern.compile("<[|｜][^<>|｜]{1,40}[|｜]>|</?s>");
    private static final Pattern INVISIBLE = Pattern.compile("[\\u200b-\\u200f\\u2060\\ufeff\\u00ad]");
    /** A vulgar fraction right after a digit; NFKC would turn 2½ into 21/2. */
    private static final Pattern MIXED = Pattern.compile("(?<=\\p{Nd})(?=[¼-¾⅐-⅞])");
    /** Python's power, which is no bold mark between digits. */
    private static final Pattern STARS_POWER = Pattern.compile("(?<=\\p{Nd})\\*\\*(?=\\p{Nd})");
    /** TeX's thin spaces and braced comma between groups of three digits. */
    private static final Pattern TEX_SEPARATOR =
            Pattern.compile("(?<=\\p{Nd})(?:\\\\[,;:!]|\\{,}|~)(?=\\p{Nd}{3}(?!\\p{Nd}))");

    private static final Pattern POWER = Pattern.compile("(?<=\\p{Nd})[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]++");

    private static final char MAX_ASCII = 0x7f;

    private AnswerPart() {}

    /**
     * Returns the text after the last {@code </think>}, cleaned and stripped; null if it is empty or the thought was
     * never closed.
     */
    static @Nullable String of(String output, boolean thinkingExpected) {
        int end = output.lastIndexOf(THOUGHT_END);
        if (end < 0 && (thinkingExpected || output.contains("<think>"))) {
            return null;
        }
        String part = clean(end < 0 ? output : output.substring(end + THOUGHT_END.length()))
                .strip();
        return part.isEmpty() ? null : part;
    }

    /** Replaces TeX's separators between groups of three digits by commas. */
    static String withCommas(String text) {
        return TEX_SEPARATOR.matcher(text).replaceAll(",");
    }

    /**
     * Normalises spelling variants: removes chat specials and bold marks, applies NFKC, ASCII minus and slash,
     * {@code ^n}.
     */
    static String clean(String text) {
        String words =
                text.indexOf('<') < 0 ? text : CHAT_SPECIALS.matcher(text).replaceAll("");
        String normal = isAscii(words) ? words : normal(words); // ASCII has no variants, and texts are long
        return normal.contains("**")
                ? STARS_POWER.matcher(normal).replaceAll("^").replace("**", "")
                : normal;
    }

    private static String normal(String text) {
        String visible = INVISIBLE.matcher(text).replaceAll("");
        // Powers come before NFKC, which would turn 10² into 102.
        String powers = POWER.matcher(MIXED.matcher(visible).replaceAll(" "))
                .replaceAll(power -> "^" + Normalizer.normalize(power.group(), Normalizer.Form.NFKC));
        return Normalizer.normalize(powers, Normalizer.Form.NFKC)
                .replace('\u2212', '-')
                .replace('\u2010', '-') // also the hyphen that does not break, U+2011
                .replace('\u2044', '/')
                .replace('\u2215', '/')
                .replace('\u2236', ':');
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > MAX_ASCII) {
                return false;
            }
        }
        return true;
    }
}
