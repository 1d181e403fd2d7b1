package dev.longstream.endpoints;

import dev.longstream.policy.folder.Tokenizer;
import dev.longstream.policy.sampling.Sample;

import java.util.Arrays;
import java.util.List;

/**
 * One answer as it is given out.
 *
 * @param text without what follows a stop text
 * @param tokens of the text; the one that ended the answer is not among them
 * @param logProbs float[tokens]
 * @param sampled tokens that were drawn, all of them
 * @param finish {@code stop} or {@code length}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
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
            int kept = 0;
            while (tokenizer
                            .decode(Arrays.copyOf(tokens, kept + 1), keepSpecials)
                            .length()
                    <= end) {
                kept++;
            }
            tokens = Arrays.copyOf(tokens, kept);
            text = text.substring(0, end);
            finish = "stop";
        }
        return new Choice(text, tokens, Arrays.copyOf(sample.policyLogProbs(), tokens.length), all, finish);
    }
}
