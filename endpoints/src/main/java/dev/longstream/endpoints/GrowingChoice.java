package dev.longstream.endpoints;

import dev.longstream.policy.sampling.PartialAnswer;
import dev.longstream.policy.sampling.Sample;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * Cuts one answer into pieces while it is decoded. The pieces joined are the text of the final {@link Choice}: none ends within a
 * character, and none holds a part of a stop text.
 */
final class GrowingChoice {
    /** Character that replaces a character whose bytes are not complete. */
    static final char INCOMPLETE = '\uFFFD';

    private final CompletionRequest request;
    private final AnswerText decoder;
    private String given = "";
    private int givenTokens;
    private @Nullable Choice whole;

    /**
     * The part of an answer that follows the parts before.
     *
     * @param words    texts of the tokens whose text ends in this piece; empty where the request wants no log-probabilities
     * @param logProbs float[words]
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Piece(String text, List<String> words, float[] logProbs) {
        boolean isEmpty() {
            return text.isEmpty() && words.isEmpty();
        }
    }

    GrowingChoice(CompletionRequest request, AnswerText decoder) {
        this.request = request;
        this.decoder = decoder;
    }

    /** Returns the answer; null until it is complete. */
    @Nullable
    Choice whole() {
        return whole;
    }

    /** Receives the tokens so far. The answer is complete if they have a stop token, or their text contains a stop text. */
    Piece grow(PartialAnswer answer) {
        int sampled = answer.tokens().length;
        int[] tokens = request.beforeStopToken(answer.tokens());
        if (tokens.length < sampled) {
            return complete(Choice.of(tokens, answer.policyLogProbs(), sampled, "stop", request, decoder));
        }
        Choice far = Choice.of(tokens, answer.policyLogProbs(), sampled, "length", request, decoder);
        boolean stopped = far.finish().equals("stop");
        String text = stopped ? decoder.of(tokens) : far.text();
        int certain = certainLength(text, request.ends().texts());
        if (stopped && certain >= far.text().length()) { // else a stop text that begins earlier may be under way
            return complete(far);
        }
        int end = Math.min(certain, far.text().length());
        return text.startsWith(given) && end > given.length()
                ? piece(text.substring(given.length(), end), tokens, answer.policyLogProbs(), false)
                : new Piece("", List.of(), new float[0]);
    }

    /** Receives the complete answer. */
    Piece finish(Sample sample) {
        int all = sample.tokens().length;
        int[] tokens =
                request.beforeStopToken(sample.truncated() ? sample.tokens() : Arrays.copyOf(sample.tokens(), all - 1));
        String finish = sample.truncated() && tokens.length == all ? "length" : "stop";
        return complete(Choice.of(tokens, sample.policyLogProbs(), all, finish, request, decoder));
    }

    private Piece complete(Choice choice) {
        whole = choice;
        String rest = choice.text().startsWith(given) ? choice.text().substring(given.length()) : "";
        return piece(rest, choice.tokens(), choice.logProbs(), true);
    }

    private Piece piece(String text, int[] tokens, float[] logProbs, boolean last) {
        given += text;
        int from = givenTokens;
        if (request.logProbs()) {
            while (givenTokens < tokens.length && (last || textLength(tokens, givenTokens + 1) <= given.length())) {
                givenTokens++;
            }
        }
        return new Piece(
                text, decoder.words(tokens, from, givenTokens), Arrays.copyOfRange(logProbs, from, givenTokens));
    }

    private int textLength(int[] tokens, int count) {
        return decoder.of(Arrays.copyOf(tokens, count)).length();
    }

    /** Returns the number of characters at the beginning of an unfinished text that later tokens cannot change or cut. */
    static int certainLength(String text, List<String> stops) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        int certain = end;
        for (String stop : stops) {
            for (int begun = Math.min(stop.length() - 1, end); begun > 0; begun--) {
                if (text.regionMatches(end - begun, stop, 0, begun)) {
                    certain = Math.min(certain, end - begun);
                    break;
                }
            }
        }
        return certain;
    }
}
