package dev.longstream.producers.rollouts;

/** Hears what a rollout worker does with its time and its memory, for metrics. Called on the worker's thread. */
public interface RolloutListener {
    /** Hears nothing. */
    RolloutListener NONE = new RolloutListener() {};

    /** Part of a worker's time. */
    enum TimePart {
        /** Reads prompts, decodes answers and publishes them. */
        SAMPLE,
        /** Waits for an assignment. */
        ASSIGNMENTS,
        /** Waits for a policy version, or loads it. */
        WEIGHTS
    }

    /**
     * State of a worker after a chunk of tokens.
     *
     * @param version policy version of its weights
     * @param answers answers that are being decoded
     * @param cacheBytes bytes of the sampler's keys and values; 0 where an engine elsewhere has them
     * @param promptTokensRead prompt tokens that went through the model, since the worker began; 0 with an engine elsewhere
     */
    record SamplerState(long version, int answers, long cacheBytes, long promptTokensRead) {}

    /** Receives a span of time in nanoseconds and what it was spent on. */
    default void onTime(TimePart part, long nanos) {}

    /** Receives the time in nanoseconds that the load of new weights took. */
    default void onWeights(long nanos) {}

    /** Receives the state after each chunk of tokens. */
    default void onChunk(SamplerState state) {}
}
