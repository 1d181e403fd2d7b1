package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** The part of an output that counts: what follows the thought, without marks that are not text. */
final class AnswerPart {
    private static final String THOUGHT_END = "</think>";
    private static final Pattern CHAT_SPECIALS = Pattern.compile("<[|｜][^<>|｜]{1,40}[|｜]>|</?s>");
    private static final Pattern INVISIBLE = Pattern.compile("[\\u200b-\\u200f\\u2060\\ufeff\\u00ad]");
    private static final Pattern POWER = Pattern.compile("(?<=\\p{Nd})[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]++");

    private AnswerPart() {}

    /** What follows the last {@code </think>}, cleaned and stripped; null: there is nothing, or the thought was never closed. */
    static @Nullable String of(String output, boolean thinkingExpected) {
        int end = output.lastIndexOf(THOUGHT_END);
        if (end < 0 && (thinkingExpected || output.contains("<think>"))) {
            return null;
        }
        String part = clean(end < 0 ? output : output.substring(end + THOUGHT_END.length()))
                .strip();
        return part.isEmpty() ? null : part;
    }

    /** One way to write what can be written in several: no chat specials, NFKC, ASCII minus and slash, {@code ^n}, no bold. */
    static String clean(String text) {
        String seen =
                INVISIBLE.matcher(CHAT_SPECIALS.matcher(text).replaceAll("")).replaceAll("");
        // Before NFKC, which would make 10² into 102.
        String powers = POWER.matcher(seen)
                .replaceAll(power -> "^" + Normalizer.normalize(power.group(), Normalizer.Form.NFKC));
        return Normalizer.normalize(powers, Normalizer.Form.NFKC)
                .replace('\u2212', '-')
                .replace('\u2044', '/')
                .replace("**", "");
    }
}
