package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a text that moves over what matches there. Used by one thread. */
final class Cursor {
    private final String text;
    private int at;

    Cursor(String text) {
        this.text = text;
    }

    /** Moves over a match that begins here and says what it was; null, and no move, when there is none. */
    @Nullable
    MatchResult take(Pattern pattern) {
        Matcher m = matcher(pattern);
        if (!m.lookingAt()) {
            return null;
        }
        at = m.end();
        return m.toMatchResult();
    }

    /** Moves over a match that begins here; false where nothing was taken. */
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
