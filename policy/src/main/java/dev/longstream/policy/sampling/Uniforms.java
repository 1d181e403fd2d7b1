package dev.longstream.policy.sampling;

/**
 * Computes random numbers without a state, each from the seed, the sample and the position. The function is
 * SplitMix64's finaliser (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators), applied once for
 * each of the three.
 */
final class Uniforms {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Uniforms() {}

    /** Returns the random number, uniform in [0, 1), for one token of one sample. */
    static double at(long seed, int sampleIndex, int position) {
        long bits =
                mix(mix(mix(seed + GOLDEN_GAMMA) + GOLDEN_GAMMA * (sampleIndex + 1L)) + GOLDEN_GAMMA * (position + 1L));
        return (bits >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
