package dev.longstream.dashboard.trace;

import dev.longstream.policy.folder.Tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits the text of tokens into the part of each token. */
final class TokenTexts {
    /** Tokens before a token that it is decoded with, so that blanks and characters of several tokens come out right. */
    private static final int CONTEXT = 6;

    private static final char INCOMPLETE = '\uFFFD';

    private TokenTexts() {}

    /**
     * Returns one text for each token; joined, they are the text of all tokens. A token that ends within a character has the text
     * "", and the token that completes the character has all of it.
     */
    static List<String> of(Tokenizer tokenizer, int[] tokens) {
        List<String> texts = new ArrayList<>();
        int done = 0; // tokens whose text has been given out
        for (int end = 1; end <= tokens.length; end++) {
            int from = Math.max(0, done - CONTEXT);
            String before = tokenizer.decode(Arrays.copyOfRange(tokens, from, done), true);
            String all = tokenizer.decode(Arrays.copyOfRange(tokens, from, end), true);
            boolean incomplete = !all.isEmpty() && all.charAt(all.length() - 1) == INCOMPLETE;
            if (incomplete && end < tokens.length && end - done < CONTEXT) {
                texts.add("");
                continue;
            }
            texts.add(all.startsWith(before) ? all.substring(before.length()) : all);
            done = end;
        }
        return texts;
    }
}
