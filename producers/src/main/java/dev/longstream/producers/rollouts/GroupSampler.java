package dev.longstream.producers.rollouts;

import dev.longstream.engines.EngineProgress;
import dev.longstream.policy.sampling.SamplingRequest;
import dev.longstream.producers.following.OpenWeights;

import java.util.Optional;

/** Samples the answers of a worker's groups, in this process or elsewhere. Used by one thread. */
interface GroupSampler extends AutoCloseable {
    /** Tells whether the answers to a request would be sampled at once. */
    boolean hasRoomFor(SamplingRequest request);

    /**
     * Adds a request.
     *
     * @throws IllegalArgumentException if it exceeds a limit of the sampler or the model
     */
    void submit(SamplingRequest request);

    /** Tells whether no answer is under way. */
    boolean isIdle();

    /** Samples for a moment and returns the answers that are over. */
    EngineProgress advance();

    /**
     * Takes over a version, whose weights choose the next token, and closes it when its folder is no longer needed. Until then
     * the trainer keeps the folder.
     */
    void useWeights(OpenWeights open);

    /** Returns what keeps the sampler from its work; empty: nothing. */
    Optional<String> trouble();

    /** Returns what the sampler does and holds. */
    RolloutListener.SamplerState state(long version);

    @Override
    void close();
}
