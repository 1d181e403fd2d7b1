package dev.longstream.runs.config;

import dev.longstream.config.Problems;

/**
 * Sampling parameters of answers in training.
 *
 * @param temperature sampling temperature, which divides the logits; must be above 0, or all answers of a group are equal
 * @param topP nucleus sampling: samples from the smallest set of tokens with at least this probability; 1 disables it
 * @param topK samples from this number of most likely tokens; 0 disables it
 * @param maxTokens length limit of an answer in tokens, stop token included
 */
public record SamplingSection(float temperature, float topP, int topK, int maxTokens) {
    /** Checks every setting and reports all faults in one exception. */
    public SamplingSection {
        new Problems("sampling")
                .require(temperature > 0, "temperature is %s, must be above 0", temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be in (0, 1]", topP)
                .require(topK >= 0, "top-k is %d, must not be negative; 0 takes all", topK)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .throwIfAny();
    }
}
