package dev.longstream.producers.rollouts;

import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.producers.following.NewestWeights;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.record.Weights;

import java.time.Duration;
import java.util.Optional;

/** Weights that a sampler uses; replaces them when a newer version is announced. */
final class SampledWeights {
    private final NewestWeights newest;
    private final Sampler sampler;
    private final OnNewWeights onNewWeights;
    private Weights weights;

    /**
     * Creates the follower of one sampler.
     *
     * @param first weights that the sampler has now
     */
    SampledWeights(NewestWeights newest, Sampler sampler, OnNewWeights onNewWeights, Weights first) {
        this.newest = newest;
        this.sampler = sampler;
        this.onNewWeights = onNewWeights;
        this.weights = first;
    }

    long version() {
        return weights.getVersion();
    }

    String digest() {
        return weights.getDigest();
    }

    /**
     * Loads a newer version into the sampler, between two decoding chunks; keeps the present one if none is ready within
     * {@code patience}.
     */
    void useNewest(Duration patience) {
        Optional<OpenWeights> newer = newest.newerThan(weights.getVersion(), patience);
        if (newer.isPresent()) {
            try (OpenWeights open = newer.get()) {
                sampler.useWeights(open.announced().getVersion(), open.folder(), onNewWeights);
                weights = open.announced();
            }
        }
    }
}
