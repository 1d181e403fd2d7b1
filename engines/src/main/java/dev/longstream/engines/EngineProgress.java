package dev.longstream.engines;

import dev.longstream.policy.sampling.Sample;

import java.util.List;

/**
 * Answers that are over.
 *
 * @param answers finished answers. Their log-probabilities under the policy itself, at temperature 1 and with nothing cut, are
 *     empty where the engine reports another distribution's only
 * @param failures answers that were given up
 */
public record EngineProgress(List<Sample> answers, List<FailedSample> failures) {
    /** Nothing is over. */
    public static final EngineProgress NONE = new EngineProgress(List.of(), List.of());

    /**
     * An answer that was given up.
     *
     * @param requestId id of the request
     * @param sampleIndex 0 … G-1
     * @param reason why, in words
     */
    public record FailedSample(String requestId, int sampleIndex, String reason) {}
}
