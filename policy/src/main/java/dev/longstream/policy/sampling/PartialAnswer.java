package dev.longstream.policy.sampling;

/**
 * The first C tokens of an answer that is still being decoded.
 *
 * @param requestId      id of the {@link SamplingRequest}
 * @param sampleIndex    0 … G-1
 * @param tokens         int[C], no stop token among them unless the request ignores stop tokens
 * @param policyLogProbs float[C], natural log of π(token | prefix) at temperature 1, nothing cut
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record PartialAnswer(String requestId, int sampleIndex, int[] tokens, float[] policyLogProbs) {}
