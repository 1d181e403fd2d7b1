package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Choice and order of the prompts that a phase attempts.
 *
 * @param sampler order of the phase's own prompts: shuffled, or equal turns for tasks or for pass rates
 * @param filter which prompts in the range of lengths the phase uses
 * @param difficultyOf name of the pass whose mean rewards filter, sampler and retrospective use: {@code end-of-NAME} of an
 *     earlier phase with {@code difficulty-samples}, or a pass by {@code longstream difficulty --as NAME}, which must be
 *     complete before the run starts; null: the mean rewards of the run's own rollouts until the phase begins
 * @param retrospective which prompts of earlier phases the phase attempts again
 */
public record PromptChoice(
        PromptSelection sampler, PromptFilter filter, @Nullable String difficultyOf, Retrospective retrospective) {
    /** All prompts in the phase's range of lengths, shuffled, and no others. */
    public static final PromptChoice DEFAULT =
            new PromptChoice(PromptSelection.SHUFFLED, PromptFilter.DEFAULT, null, Retrospective.DEFAULT);

    public PromptChoice {
        sampler = Objects.requireNonNullElse(sampler, PromptSelection.SHUFFLED);
        filter = Objects.requireNonNullElse(filter, PromptFilter.DEFAULT);
        retrospective = Objects.requireNonNullElse(retrospective, Retrospective.DEFAULT);
    }

    /** Returns whether the order of prompts depends on mean rewards. */
    public boolean usesRewards() {
        return retrospective.share() > 0 || choosesByRewards();
    }

    /** Returns whether the choice among the phase's own prompts depends on mean rewards. */
    public boolean choosesByRewards() {
        return sampler == PromptSelection.PASS_RATE_BALANCED || filter.usesRewards();
    }
}
