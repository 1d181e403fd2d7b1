package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/** What the released rules look at: the text behind the last {@code </think>}, asterisks taken out. */
final class ReleasedAnswer {
    private static final String THOUGHT_END = "</think>";
    /** What a gold is put into. */
    static final String SENTENCE = "Therefore, the answer is ";

    private ReleasedAnswer() {}

    /** Null: no thought was closed, or nothing follows it. */
    static @Nullable String of(String output) {
        int end = output.lastIndexOf(THOUGHT_END);
        String part = end < 0 ? "" : strip(output.substring(end + THOUGHT_END.length()));
        return part.isEmpty() ? null : part.replace("*", "");
    }

    /** Without what Python takes for white space at the ends: no-break spaces as well. */
    static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
