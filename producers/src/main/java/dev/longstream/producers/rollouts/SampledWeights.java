package dev.longstream.producers.rollouts;

import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.producers.following.WeightsFollower;
import dev.longstream.record.Weights;

import java.time.Duration;

/** Weights that a sampler uses; replaces them when a newer version is announced. */
final class SampledWeights {
    private final WeightsFollower follower;
    private final Sampler sampler;
    private final OnNewWeights onNewWeights;
    private Weights weights;

    /**
     * Creates the follower of one sampler.
     *
     * @param first weights that the sampler has now
     */
    SampledWeights(WeightsFollower follower, Sampler sampler, OnNewWeights onNewWeights, Weights first) {
        this.follower = follower;
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

    /** Loads the newest announced version into the sampler, between two decoding chunks. */
    void useNewest(Duration patience) {
        Weights newest = follower.newest(patience).orElseThrow();
        if (newest.getVersion() <= weights.getVersion()) {
            return;
        }
        try (OpenWeights open = follower.open(newest)) {
            sampler.useWeights(open.announced().getVersion(), open.folder(), onNewWeights);
            weights = open.announced();
        }
    }
}
