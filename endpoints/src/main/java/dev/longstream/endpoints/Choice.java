package dev.longstream.endpoints;

import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.sampling.Sample;

import java.util.Arrays;
import java.util.List;

/**
 * One answer as a response returns it.
 *
 * @param text text up to the first stop text
 * @param tokens token ids of the text, without the token that ended the answer
 * @param logProbs float[tokens], natural log of π(token | prefix)
 * @param sampled number of tokens sampled, those cut off included
 * @param finish {@code stop} or {@code length}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Choice(String text, int[] tokens, float[] logProbs, int sampled, String finish) {

    static Choice of(Sample sample, List<String> stops, Tokenizer tokenizer, boolean keepSpecials) {
        int all = sample.tokens().length;
        int[] tokens = sample.truncated() ? sample.tokens() : Arrays.copyOf(sample.tokens(), all - 1);
        String text = tokenizer.decode(tokens, keepSpecials);
        String finish = sample.truncated() ? "length" : "stop";
        int end = text.length();
        for (String stop : stops) {
            int at = text.indexOf(stop);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        if (end < text.length()) {
            int remaining = 0;
            while (tokenizer
                            .decode(Arrays.copyOf(tokens, remaining + 1), keepSpecials)
                            .length()
                    <= end) {
                remaining++;
            }
            tokens = Arrays.copyOf(tokens, remaining);
            text = text.substring(0, end);
            finish = "stop";
        }
        return new Choice(text, tokens, Arrays.copyOf(sample.policyLogProbs(), tokens.length), all, finish);
    }
}
