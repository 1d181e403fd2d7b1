package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.streams.curriculum.PhaseEnd;
import dev.longstream.streams.curriculum.PromptChoice;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A phase of the curriculum: its range of prompt lengths, its choice of prompts and its number of steps.
 *
 * @param name name of the phase in reports and records
 * @param longerThan lower bound of a prompt's length in tokens, exclusive; {@code input-length} says which tokens count
 * @param upTo upper bound of a prompt's length in tokens, inclusive
 * @param steps number of gradient steps; the maximum number with {@code until-reward} or {@code max-assigned-groups}
 * @param maxTokens length limit of an answer in tokens; null: {@code sampling.max-tokens}
 * @param prompts choice and order of the phase's prompts
 * @param objective advantages and loss of the phase's batches: in a file a name, or keys that replace single settings
 *     of the run's {@code objective}; null: the run's objective
 * @param start treatment of the optimizer's moments, and reference policy, from the first batch of the phase on
 * @param end conditions that end the phase before its last step, and the measurement at its end
 */
public record PhaseSection(
        String name,
        int longerThan,
        int upTo,
        int steps,
        @Nullable Integer maxTokens,
        @Inline PromptChoice prompts,
        @Nullable ObjectiveSection objective,
        @Inline PhaseStart start,
        @Inline PhaseEnd end) {
    public PhaseSection {
        prompts = Objects.requireNonNullElse(prompts, PromptChoice.DEFAULT);
        start = Objects.requireNonNullElse(start, PhaseStart.DEFAULT);
        end = Objects.requireNonNullElse(end, PhaseEnd.AFTER_ITS_STEPS);
        new Problems("phases")
                .require(name != null && !name.isBlank(), "name is missing, expected a word")
                .require(longerThan >= 0, "longer-than is %d tokens, must not be negative", longerThan)
                .require(longerThan < upTo, "up-to is %d tokens, must be more than longer-than (%d)", upTo, longerThan)
                .require(steps >= 1, "steps is %d, must be at least 1", steps)
                .require(
                        maxTokens == null || maxTokens >= 1,
                        "max-tokens is %s, must be at least 1",
                        String.valueOf(maxTokens))
                .throwIfAny();
    }

    /**
     * Creates a phase that draws all prompts of a range of lengths in shuffled order, for {@code steps} gradient steps.
     */
    public PhaseSection(String name, int longerThan, int upTo, int steps) {
        this(
                name,
                longerThan,
                upTo,
                steps,
                null,
                PromptChoice.DEFAULT,
                null,
                PhaseStart.DEFAULT,
                PhaseEnd.AFTER_ITS_STEPS);
    }

    /** Returns whether a prompt of {@code inputTokens} tokens is in the phase's range of lengths. */
    public boolean takes(int inputTokens) {
        return inputTokens > longerThan && inputTokens <= upTo;
    }

    /** Returns the names of the difficulties that a phase measures at its end and no later phase uses. */
    static List<String> unusedMeasurements(List<PhaseSection> phases) {
        List<String> unused = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            String pass = PhaseEnd.pass(phases.get(i).name());
            if (phases.get(i).end().difficultySamples() != null
                    && phases.subList(i + 1, phases.size()).stream()
                            .noneMatch(later -> later.prompts().usesRewards()
                                    && pass.equals(later.prompts().difficultyOf()))) {
                unused.add(pass);
            }
        }
        return unused;
    }

    PhaseSection withSteps(int other) {
        return new PhaseSection(name, longerThan, upTo, other, maxTokens, prompts, objective, start, end);
    }
}
