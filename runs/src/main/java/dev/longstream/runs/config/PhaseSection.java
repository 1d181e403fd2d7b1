package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.streams.curriculum.PromptChoice;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A phase of the curriculum: the inputs it takes, how it draws from them and how long it lasts.
 *
 * @param name for people and records
 * @param longerThan input tokens, exclusive; {@code input-length} says which are counted
 * @param upTo input tokens, inclusive
 * @param steps gradient steps; with {@code until-reward} at most so many
 * @param maxTokens length limit of an answer; null: {@code sampling.max-tokens}
 * @param prompts which prompts it takes, and in which order
 * @param objective what is learned from its batches; in a file a name, or keys that replace single settings of the run's
 *     {@code objective}; null: the run's
 * @param optimizer whether the optimizer's moments go on from the phase before or begin anew
 * @param untilReward held-out reward, of any evaluation since the phase began, that ends it; null: its steps end it
 */
public record PhaseSection(
        String name,
        int longerThan,
        int upTo,
        int steps,
        @Nullable Integer maxTokens,
        @Inline PromptChoice prompts,
        @Nullable ObjectiveSection objective,
        MomentsAtStart optimizer,
        @Nullable Double untilReward) {
    public PhaseSection {
        prompts = Objects.requireNonNullElse(prompts, PromptChoice.DEFAULT);
        optimizer = Objects.requireNonNullElse(optimizer, MomentsAtStart.KEEP);
        new Problems("phases")
                .require(name != null && !name.isBlank(), "name is missing, expected a word")
                .require(longerThan >= 0, "longer-than is %d tokens, must not be negative", longerThan)
                .require(longerThan < upTo, "up-to is %d tokens, must be more than longer-than (%d)", upTo, longerThan)
                .require(steps >= 1, "steps is %d, must be at least 1", steps)
                .require(
                        maxTokens == null || maxTokens >= 1,
                        "max-tokens is %s, must be at least 1",
                        String.valueOf(maxTokens))
                .require(
                        untilReward == null || Double.isFinite(untilReward),
                        "until-reward is %s, must be a number",
                        String.valueOf(untilReward))
                .throwIfAny();
    }

    /** All inputs of some lengths, shuffled, for so many steps. */
    public PhaseSection(String name, int longerThan, int upTo, int steps) {
        this(name, longerThan, upTo, steps, null, PromptChoice.DEFAULT, null, MomentsAtStart.KEEP, null);
    }

    /** Whether a prompt of so many tokens belongs to the phase. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }

    PhaseSection withSteps(int other) {
        return new PhaseSection(name, longerThan, upTo, other, maxTokens, prompts, objective, optimizer, untilReward);
    }
}
