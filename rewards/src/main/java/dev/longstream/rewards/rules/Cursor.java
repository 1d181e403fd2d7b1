package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A position in a text that advances over matches at that position. Not thread-safe. */
final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    /** Advances over a match at this position and returns it; without a match returns null and stays. */
    @Nullable
    MatchResult take(Pattern pattern) {
        Matcher m = matcher(pattern);
        if (!m.lookingAt()) {
            return null;
        }
        at = m.end();
        return m.toMatchResult();
    }

    /** Advances over a match at this position; returns false if it did not move. */
    boolean skip(Pattern pattern) {
        int before = at;
        return take(pattern) != null && at > before;
    }

    boolean sees(Pattern pattern) {
        return matcher(pattern).lookingAt();
    }

    String rest() {
        return text.substring(at);
    }

    private Matcher matcher(Pattern pattern) {
        return pattern.matcher(text)
                .region(at, text.length())
                .useTransparentBounds(true)
                .useAnchoringBounds(false);
    }
}
