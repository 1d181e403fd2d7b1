package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

/**
 * One part of the curriculum: prompts of a range of lengths, for a number of gradient steps.
 *
 * @param name for people
 * @param longerThan prompt tokens, exclusive
 * @param upTo prompt tokens, inclusive
 * @param steps gradient steps
 * @param temperature divides the logits; 0 takes the most likely token
 * @param topP nucleus; 1 = all
 * @param topK only so many of the most likely tokens; 0 = all
 * @param maxTokens length limit of an answer, in tokens
 * @param sampler how its own prompts follow one another
 * @param filter which of the prompts of its lengths it takes
 * @param difficultyOf name of the offline pass whose mean rewards it goes by; null: those of the run's own rollouts
 * @param retrospective which prompts of earlier phases it takes beside its own
 * @param untilReward held-out reward that ends the phase before its steps are over; null: its steps end it
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

    /** Whether which prompt comes next depends on mean rewards. */
    boolean usesRewards() {
        return retrospective.share() > 0 || sampler == PromptSelection.PASS_RATE_BALANCED || filter.usesRewards();
    }

    /** Whether a prompt of so many tokens belongs to the phase. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }
}
