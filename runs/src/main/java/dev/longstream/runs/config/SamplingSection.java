package dev.longstream.runs.config;

import dev.longstream.config.Problems;

/**
 * How answers are drawn from the policy in training.
 *
 * @param temperature divides the logits; must be above 0, or all answers of a group are the same
 * @param topP nucleus: the smallest set of tokens with at least this probability; 1: all
 * @param topK only so many of the most likely tokens; 0: all
 * @param maxTokens length limit of an answer, the stop token included
 */
public record SamplingSection(float temperature, float topP, int topK, int maxTokens) {
    public SamplingSection {
        new Problems("sampling")
                .require(temperature > 0, "temperature is %s, must be above 0", temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be in (0, 1]", topP)
                .require(topK >= 0, "top-k is %d, must not be negative; 0 takes all", topK)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .throwIfAny();
    }
}
