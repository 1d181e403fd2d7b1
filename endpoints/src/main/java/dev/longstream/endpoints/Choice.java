package dev.longstream.endpoints;

import java.util.Arrays;
import java.util.List;

/**
 * One complete answer to a request.
 *
 * @param text     ends before the first stop text
 * @param tokens   tokens of the text, without the one that ended the answer
 * @param words    texts of the tokens; empty where no log-probabilities are wanted
 * @param logProbs float[tokens], natural logarithms
 * @param sampled  number of all tokens that were drawn
 * @param finish   {@code stop} or {@code length}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Choice(String text, int[] tokens, List<String> words, float[] logProbs, int sampled, String finish) {

    /**
     * Cuts tokens before the first stop text.
     *
     * @param tokens   tokens without the one that ended the answer
     * @param logProbs float[tokens], or longer
     * @param finish   why the answer ended, if it holds no stop text
     */
    static Choice of(
            int[] tokens, float[] logProbs, int sampled, String finish, CompletionRequest request, AnswerText decoder) {
        String text = decoder.of(tokens);
        int end = text.length();
        for (String stop : request.ends().texts()) {
            int at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        if (end == text.length()) {
            return of(text, tokens, tokens.length, logProbs, sampled, finish, request, decoder);
        }
        int kept = 0;
        while (decoder.of(Arrays.copyOf(tokens, kept + 1)).length() <= end) {
            kept++;
        }
        return of(text.substring(0, end), tokens, kept, logProbs, sampled, "stop", request, decoder);
    }

    private static Choice of(
            String text,
            int[] tokens,
            int kept,
            float[] logProbs,
            int sampled,
            String finish,
            CompletionRequest request,
            AnswerText decoder) {
        return new Choice(
                text,
                Arrays.copyOf(tokens, kept),
                request.logProbs() ? decoder.words(tokens, 0, kept) : List.of(),
                Arrays.copyOf(logProbs, kept),
                sampled,
                finish);
    }
}
