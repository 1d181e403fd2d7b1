package dev.longstream.policy.sampling;

/**
 * Limits of a sampler's batch and memory.
 *
 * @param maxRows maximum of answers decoded at the same time
 * @param chunkTokens tokens of every answer decoded by one call; weights change and requests join between calls
 * @param maxCacheBytes maximum bytes of keys and values, those cached for later prompts included; when answers leave,
 *     it is exceeded for a moment by one cohort's
 */
public record SamplerLimits(int maxRows, int chunkTokens, long maxCacheBytes) {
    /** 128 answers, chunks of 16 tokens, 2 GiB. */
    public static final SamplerLimits DEFAULT = new SamplerLimits(128, 16, 2L << 30);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public SamplerLimits {
        if (maxRows < 1) {
            throw new IllegalArgumentException("max-rows is " + maxRows + ", must be at least 1");
        }
        if (chunkTokens < 1) {
            throw new IllegalArgumentException("chunk-tokens is " + chunkTokens + ", must be at least 1");
        }
        if (maxCacheBytes < 1) {
            throw new IllegalArgumentException("max-cache-bytes is " + maxCacheBytes + ", must be positive");
        }
    }
}
