package dev.longstream.policy.sampling;

/**
 * A prompt to sample several answers to.
 *
 * @param id the caller's id; unique among the requests of a sampler that are not finished
 * @param prompt token ids, at least one
 * @param samples G, number of answers
 * @param parameters distribution that tokens are drawn from
 * @param seed seed of the random numbers; an answer depends on it, its index and the weights
 * @param ignoresStops whether stop tokens do not end the answers, so that each has the maximum number of tokens
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record SamplingRequest(
        String id, int[] prompt, int samples, SamplingParameters parameters, long seed, boolean ignoresStops) {
    /**
     * Checks the request.
     *
     * @throws IllegalArgumentException if the prompt is empty or no answer is wanted
     */
    public SamplingRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("request " + id + " has an empty prompt, expected at least one token");
        }
        if (samples < 1) {
            throw new IllegalArgumentException("request " + id + " wants " + samples + " samples, must be at least 1");
        }
    }

    /** Creates a request whose answers end at a stop token. */
    public SamplingRequest(String id, int[] prompt, int samples, SamplingParameters parameters, long seed) {
        this(id, prompt, samples, parameters, seed, false);
    }
}
