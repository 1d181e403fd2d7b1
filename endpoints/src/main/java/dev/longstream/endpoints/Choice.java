package dev.longstream.endpoints;

import dev.longstream.policy.folder.Tokenizer;

import java.util.Arrays;

/**
 * One complete answer to a request.
 *
 * @param text     ends before the first stop text
 * @param tokens   tokens of the text, without the one that ended the answer
 * @param logProbs float[tokens], natural logarithms
 * @param sampled  number of all tokens that were drawn
 * @param finish   {@code stop} or {@code length}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Choice(String text, int[] tokens, float[] logProbs, int sampled, String finish) {

    /**
     * Cuts tokens before the first stop text.
     *
     * @param tokens   tokens without the one that ended the answer
     * @param logProbs float[tokens], or longer
     * @param finish   why the answer ended, if it holds no stop text
     */
    static Choice of(
            int[] tokens,
            float[] logProbs,
            int sampled,
            String finish,
            CompletionRequest request,
            Tokenizer tokenizer) {
        String text = tokenizer.decode(tokens, request.keepSpecials());
        int end = text.length();
        for (String stop : request.stops()) {
            int at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        if (end == text.length()) {
            return new Choice(text, tokens, Arrays.copyOf(logProbs, tokens.length), sampled, finish);
        }
        int kept = 0;
        while (tokenizer
                        .decode(Arrays.copyOf(tokens, kept + 1), request.keepSpecials())
                        .length()
                <= end) {
            kept++;
        }
        return new Choice(
                text.substring(0, end), Arrays.copyOf(tokens, kept), Arrays.copyOf(logProbs, kept), sampled, "stop");
    }
}
