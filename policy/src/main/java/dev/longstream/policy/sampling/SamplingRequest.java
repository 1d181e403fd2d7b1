package dev.longstream.policy.sampling;

/**
 * A prompt to be answered several times.
 *
 * @param id      the caller's; one at a time in a sampler
 * @param prompt  token ids, at least one
 * @param samples G, answers wanted
 * @param parameters how tokens are drawn
 * @param seed    answers depend on it, on their index and on the weights
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record SamplingRequest(String id, int[] prompt, int samples, SamplingParameters parameters, long seed) {
    public SamplingRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("request " + id + " has an empty prompt, expected at least one token");
        }
        if (samples < 1) {
            throw new IllegalArgumentException("request " + id + " wants " + samples + " samples, must be at least 1");
        }
    }
}
