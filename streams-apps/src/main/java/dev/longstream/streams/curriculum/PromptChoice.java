package dev.longstream.streams.curriculum;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Which prompts a phase takes, and in which order.
 *
 * @param sampler how prompts follow one another: shuffled, or equal turns for tasks or for pass rates
 * @param filter which of the prompts of its lengths it takes
 * @param difficultyOf name of the offline pass ({@code longstream difficulty --as NAME}) whose mean rewards filter, sampler
 *     and retrospective go by; null: those of the run's own rollouts until the phase begins
 * @param retrospective which prompts of earlier phases come again
 */
public record PromptChoice(
        PromptSelection sampler, PromptFilter filter, @Nullable String difficultyOf, Retrospective retrospective) {
    /** All prompts of the phase's lengths and no others, shuffled. */
    public static final PromptChoice DEFAULT =
            new PromptChoice(PromptSelection.SHUFFLED, PromptFilter.DEFAULT, null, Retrospective.DEFAULT);

    public PromptChoice {
        sampler = Objects.requireNonNullElse(sampler, PromptSelection.SHUFFLED);
        filter = Objects.requireNonNullElse(filter, PromptFilter.DEFAULT);
        retrospective = Objects.requireNonNullElse(retrospective, Retrospective.DEFAULT);
    }

    /** Whether which prompt comes next depends on mean rewards. */
    boolean usesRewards() {
        return retrospective.share() > 0 || sampler == PromptSelection.PASS_RATE_BALANCED || filter.usesRewards();
    }
}
