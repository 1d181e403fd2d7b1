package dev.longstream.evaluation.comparison;

import org.jspecify.annotations.Nullable;

/**
 * Attempt of a candidate to answer a question: an answer, or the reason why there is none.
 *
 * @param candidate identity of the candidate: model, prompt form and sampling settings
 * @param promptId id of the question
 * @param sample index of the answer, from 0 to samples − 1
 * @param inputTokens length of the prompt in tokens, after cutting; 0 if unknown
 * @param answer text of the answer; null for a failure
 * @param tokens length of the answer in tokens
 * @param truncated whether the length limit cut the answer off
 * @param failure reason why there is no answer; null if there is one
 */
public record Attempt(
        String candidate,
        String promptId,
        int sample,
        int inputTokens,
        @Nullable String answer,
        int tokens,
        boolean truncated,
        @Nullable String failure) {
    static Attempt failed(String candidate, String promptId, int sample, String failure) {
        return new Attempt(candidate, promptId, sample, 0, null, 0, false, failure);
    }
}
