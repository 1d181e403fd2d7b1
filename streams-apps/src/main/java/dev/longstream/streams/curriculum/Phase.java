package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

/**
 * One part of the curriculum: prompts in a range of lengths, for a number of gradient steps.
 *
 * @param name name of the phase, for people
 * @param longerThan lower bound of the prompt's length in tokens, exclusive
 * @param upTo upper bound of the prompt's length in tokens, inclusive
 * @param steps gradient steps
 * @param temperature divisor of the logits; 0 takes the most likely token
 * @param topP nucleus sampling: probability mass of the tokens to sample from; 1: all
 * @param topK number of most likely tokens to sample from; 0: all
 * @param maxTokens maximum length of an answer in tokens
 * @param sampler order in which the phase's own prompts are attempted
 * @param filter which prompts in the range of lengths the phase uses
 * @param difficultyOf name of the offline pass whose mean rewards the phase uses; null: those of the run's own rollouts
 * @param retrospective which prompts of earlier phases the phase attempts as well
 * @param untilReward held-out reward that ends the phase before its last step; null: only its steps end it
 */
public record Phase(
        String name,
        int longerThan,
        int upTo,
        int steps,
        float temperature,
        float topP,
        int topK,
        int maxTokens,
        PromptSelection sampler,
        PromptFilter filter,
        @Nullable String difficultyOf,
        Retrospective retrospective,
        @Nullable Double untilReward) {
    public Phase {
        new Problems("curriculum.phases[" + name + "]")
                .require(!name.isBlank(), "name is empty, must say what the phase is")
                .require(longerThan >= 0, "longer-than is %d tokens, must not be negative", longerThan)
                .require(upTo > longerThan, "up-to is %d tokens, must be above longer-than, %d", upTo, longerThan)
                .require(steps >= 1, "steps is %d, must be at least 1", steps)
                .require(
                        temperature >= 0 && Float.isFinite(temperature),
                        "temperature is %s, must be 0 or a positive number",
                        temperature)
                .require(topP > 0 && topP <= 1, "top-p is %s, must be above 0 and at most 1", topP)
                .require(topK >= 0, "top-k is %d, must be 0 (all) or more", topK)
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(
                        untilReward == null || Double.isFinite(untilReward),
                        "until-reward is %s, must be a number",
                        String.valueOf(untilReward))
                .throwIfAny();
    }

    /** All prompts of its lengths and no others, shuffled, for so many steps. */
    public Phase(
            String name, int longerThan, int upTo, int steps, float temperature, float topP, int topK, int maxTokens) {
        this(
                name,
                longerThan,
                upTo,
                steps,
                temperature,
                topP,
                topK,
                maxTokens,
                PromptSelection.SHUFFLED,
                PromptFilter.DEFAULT,
                null,
                Retrospective.DEFAULT,
                null);
    }

    /** Whether the order of prompts depends on mean rewards. */
    boolean usesRewards() {
        return retrospective.share() > 0 || sampler == PromptSelection.PASS_RATE_BALANCED || filter.usesRewards();
    }

    /** Whether a prompt of {@code inputTokens} tokens is in the phase's range of lengths. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }
}
