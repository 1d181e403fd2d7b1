package dev.longstream.evaluation.comparison;

import org.jspecify.annotations.Nullable;

/**
 * One attempt at a question.
 *
 * @param candidate its label and what it is made of
 * @param promptId the question
 * @param sample 0 … samples-1
 * @param inputTokens of the prompt as it was put, after cutting; 0 where it is not known
 * @param answer null: there is none
 * @param tokens of the answer
 * @param truncated whether the length limit cut the answer
 * @param failure why there is no answer; null where there is one
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
