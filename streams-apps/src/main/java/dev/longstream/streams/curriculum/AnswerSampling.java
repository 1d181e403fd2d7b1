package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;

/**
 * Sampling parameters for the answers of a phase.
 *
 * @param temperature divisor of the logits; 0 takes the most likely token
 * @param topP nucleus sampling: probability mass of the tokens to sample from; 1: all
 * @param topK number of most likely tokens to sample from; 0: all
 * @param maxTokens maximum length of an answer in tokens
 */
public record AnswerSampling(float temperature, float topP, int topK, int maxTokens) {
    void check(Problems problems) {
        problems.require(
                        temperature >= 0 && Float.isFinite(temperature),
                        "temperature is %s, must be 0 or a positive number",
                        temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be above 0 and at most 1", topP)
                .require(topK >= 0, "top-k is %d, must be 0 (all) or more", topK)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens);
    }
}
