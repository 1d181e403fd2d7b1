package dev.longstream.policy.sampling;

import java.util.List;

/**
 * A finished answer of C tokens.
 *
 * @param requestId         id of the {@link SamplingRequest}
 * @param sampleIndex       0 … G-1
 * @param tokens            int[C], the stop token included
 * @param behaviourLogProbs float[C], natural log of the probability in the distribution the token was drawn from: after
 *     temperature, top-k and top-p; 0 where the likeliest token was taken
 * @param policyLogProbs    float[C], natural log of π(token | prefix) at temperature 1, nothing cut
 * @param versions          policy versions whose weights chose the tokens, in order; the counts add up to C
 * @param truncated         whether it reached the length limit without a stop token
 * @param times             times of the first token and of the beginning and end
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Sample(
        String requestId,
        int sampleIndex,
        int[] tokens,
        float[] behaviourLogProbs,
        float[] policyLogProbs,
        List<VersionTokens> versions,
        boolean truncated,
        SampleTimes times) {

    /**
     * Times of an answer, in milliseconds of the sampler's clock.
     *
     * @param startedMillis    time at which reading the prompt began
     * @param firstTokenMillis time at which the chunk with the first token was done
     * @param finishedMillis   time at which the chunk with the last token was done
     */
    public record SampleTimes(long startedMillis, long firstTokenMillis, long finishedMillis) {}
}
