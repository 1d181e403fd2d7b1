package dev.longstream.policy.sampling;

/**
 * How much a sampler does at once.
 *
 * @param maxRows       answers decoded at the same time
 * @param chunkTokens   tokens of every answer decoded by one call; weights change, and requests come in, between calls
 * @param maxCacheBytes of keys and values, those included that later prompts may go on from; one cohort's more for a moment while answers leave
 */
public record SamplerLimits(int maxRows, int chunkTokens, long maxCacheBytes) {
    public static final SamplerLimits DEFAULT = new SamplerLimits(128, 16, 2L << 30);

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
