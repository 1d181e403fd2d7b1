package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Choice and order of the prompts that a phase attempts.
 *
 * @param sampler order of the phase's own prompts: shuffled, or equal turns for tasks or for pass rates
 * @param filter which prompts in the range of lengths the phase uses
 * @param difficultyOf name of the offline pass ({@code longstream difficulty --as NAME}) whose mean rewards filter,
 *     sampler and retrospective use; null: those of the run's own rollouts until the phase begins
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
    boolean usesRewards() {
        return retrospective.share() > 0 || sampler == PromptSelection.PASS_RATE_BALANCED || filter.usesRewards();
    }
}
