package dev.longstream.policy.sampling;

import dev.longstream.policy.model.PolicyModel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Prompts, limits and samplers of the tests of {@link Sampler}. */
final class SamplerFixture {
    /** Token that ends an answer. */
    static final int STOP = 5;

    static final SamplerLimits LIMITS = new SamplerLimits(64, 4, 1 << 24);
    static final SamplingParameters PLAIN = new SamplingParameters(1, 1, 0, 12);

    private SamplerFixture() {}

    /** Returns a random prompt of tokens below 40. */
    static int[] prompt(int length, long seed) {
        return new Random(seed).ints(length, 0, 40).toArray();
    }

    /** Returns the first {@code kept} tokens of a prompt, then others. */
    static int[] with(int[] prompt, int kept, int... others) {
        int[] tokens = Arrays.copyOf(prompt, kept + others.length);
        System.arraycopy(others, 0, tokens, kept, others.length);
        return tokens;
    }

    /** Returns a sampler of weights 0 whose answers end with {@link #STOP}. */
    static Sampler sampler(PolicyModel policy, SamplerLimits limits) {
        return new Sampler(policy, 0, new int[] {STOP}, limits);
    }

    /** Decodes until no request is left and returns all samples. */
    static List<Sample> drain(Sampler sampler) {
        List<Sample> samples = new ArrayList<>();
        while (sampler.activeRows() + sampler.waitingRequests() > 0) {
            samples.addAll(sampler.decodeChunk());
        }
        return samples;
    }
}
