package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Extracts the part of an output that is compared: the text after the thought, in a normal form. */
final class AnswerPart {
    static final String THOUGHT_END = "</think>";
    private static final Pattern CHAT_SPECIALS = Pattern.compile("<[|｜][^<>|｜]{1,40}[|｜]>|</?s>");
    private static final Pattern INVISIBLE = Pattern.compile("[\\u200b-\\u200f\\u2060\\ufeff\\u00ad]");
    private static final Pattern POWER = Pattern.compile("(?<=\\p{Nd})[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]++");

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

    /**
     * Normalises spelling variants: removes chat specials and bold marks, applies NFKC, ASCII minus and slash,
     * {@code ^n}.
     */
    static String clean(String text) {
        String visible =
                INVISIBLE.matcher(CHAT_SPECIALS.matcher(text).replaceAll("")).replaceAll("");
        // Powers come before NFKC, which would turn 10² into 102.
        String powers = POWER.matcher(visible)
                .replaceAll(power -> "^" + Normalizer.normalize(power.group(), Normalizer.Form.NFKC));
        return Normalizer.normalize(powers, Normalizer.Form.NFKC)
                .replace('\u2212', '-')
                .replace('\u2044', '/')
                .replace("**", "");
    }
}
