package dev.longstream.rewards;

import org.jspecify.annotations.Nullable;

/**
 * Shortens texts that records quote. A degenerate policy repeats itself without an end, and a record quotes its answer several
 * times; the whole answer is in the trajectory.
 */
final class Excerpt {
    /** Longest quotation, in characters; a stated answer has a few dozen. */
    static final int MAX_CHARACTERS = 20_000;

    private Excerpt() {}

    /** Returns the text, or its beginning with an ellipsis if it is too long. */
    static String of(String text) {
        if (text.length() <= MAX_CHARACTERS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
        return text.substring(0, end) + "…";
    }

    /** Returns the excerpt of a text; null for null. */
    static @Nullable String ofNullable(@Nullable String text) {
        return text == null ? null : of(text);
    }
}
