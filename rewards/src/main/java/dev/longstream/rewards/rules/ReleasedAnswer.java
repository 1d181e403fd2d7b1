package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/** Extracts the text that the released rules compare: after the last {@code </think>}, without asterisks. */
final class ReleasedAnswer {
    /** The sentence into which a gold is put, so that the released code can read it. */
    static final String SENTENCE = "Therefore, the answer is ";

    private ReleasedAnswer() {}

    /**
     * Returns the text after the last {@code </think>}; null if it is empty, or if no thought was closed.
     *
     * @param evaluation whether an output without a closed thought is taken as a whole, as in the evaluation scripts
     */
    static @Nullable String of(String output, boolean evaluation) {
        int end = output.lastIndexOf(AnswerPart.THOUGHT_END);
        String whole = evaluation ? strip(output) : "";
        String part = end < 0 ? whole : strip(output.substring(end + AnswerPart.THOUGHT_END.length()));
        return part.isEmpty() ? null : part.replace("*", "");
    }

    /** Strips white space as Python defines it, no-break spaces included. */
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
