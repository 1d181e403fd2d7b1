package dev.longstream.endpoints;

import dev.longstream.policy.folder.Tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text of the tokens of one answer.
 *
 * <p>Tokenizers such as Llama 2's remove the blank at the beginning of a text. An answer that continues a text therefore is
 * decoded behind the end of that text, so that its own first blank remains.
 */
final class AnswerText {
    /** Number of tokens of the prompt that an answer is decoded behind; more where they begin within a character. */
    private static final int MIN_CONTEXT = 4;

    private static final int MAX_CONTEXT = 24;

    private final Tokenizer tokenizer;
    private final boolean keepSpecials;
    private final int[] context;
    private final String before;

    private AnswerText(Tokenizer tokenizer, boolean keepSpecials, int[] context) {
        this.tokenizer = tokenizer;
        this.keepSpecials = keepSpecials;
        this.context = context;
        this.before = context.length == 0 ? "" : tokenizer.decode(context, keepSpecials);
    }

    /** Returns the text of an answer that is a turn of its own, as a reward sees it. */
    static AnswerText ofTurn(Tokenizer tokenizer, boolean keepSpecials) {
        return new AnswerText(tokenizer, keepSpecials, new int[0]);
    }

    /** Returns the text of an answer that continues the text of a prompt. */
    static AnswerText after(int[] prompt, Tokenizer tokenizer, boolean keepSpecials) {
        for (int size = Math.min(MIN_CONTEXT, prompt.length); size <= Math.min(MAX_CONTEXT, prompt.length); size++) {
            int[] context = Arrays.copyOfRange(prompt, prompt.length - size, prompt.length);
            AnswerText text = new AnswerText(tokenizer, keepSpecials, context);
            if (text.before.indexOf(GrowingChoice.INCOMPLETE) < 0) {
                return text;
            }
        }
        return ofTurn(tokenizer, keepSpecials);
    }

    /** Returns the text of the first tokens of the answer. */
    String of(int[] tokens) {
        if (before.isEmpty()) {
            return tokenizer.decode(tokens, keepSpecials);
        }
        int[] all =
                IntStream.concat(IntStream.of(context), IntStream.of(tokens)).toArray();
        String text = tokenizer.decode(all, keepSpecials);
        return text.startsWith(before) ? text.substring(before.length()) : tokenizer.decode(tokens, keepSpecials);
    }

    /** Returns the text of each token from one position to before another; joined, those of whole characters are the answer. */
    List<String> words(int[] tokens, int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String alone = tokenizer.decode(new int[] {tokens[i]}, true);
            String twice = tokenizer.decode(new int[] {tokens[i], tokens[i]}, true);
            boolean begins = i == 0 && before.isEmpty();
            words.add(begins || !twice.startsWith(alone) ? alone : twice.substring(alone.length()));
        }
        return words;
    }
}
