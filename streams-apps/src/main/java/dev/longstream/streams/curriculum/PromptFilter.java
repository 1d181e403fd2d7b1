package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Which of the prompts of its lengths a phase takes. A prompt whose mean reward is not known when the phase begins passes
 * the bounds on it.
 *
 * @param tasks only these; empty: all
 * @param meanFrom least mean reward, inclusive; null: no bound
 * @param meanTo largest mean reward, inclusive; below 1 leaves out what is always answered right; null: no bound
 */
public record PromptFilter(List<String> tasks, @Nullable Double meanFrom, @Nullable Double meanTo) {
    public static final PromptFilter DEFAULT = new PromptFilter(List.of(), null, null);

    public PromptFilter {
        tasks = List.copyOf(tasks);
        new Problems("filter")
                .require(
                        meanFrom == null || meanTo == null || meanFrom <= meanTo,
                        "mean-from is %s, must be at most mean-to, %s",
                        String.valueOf(meanFrom),
                        String.valueOf(meanTo))
                .throwIfAny();
    }

    boolean takes(PromptCandidate prompt) {
        Double mean = prompt.meanReward();
        return (tasks.isEmpty() || tasks.contains(prompt.task()))
                && (mean == null || (meanFrom == null || mean >= meanFrom) && (meanTo == null || mean <= meanTo));
    }

    /** Whether it asks for mean rewards. */
    boolean usesRewards() {
        return meanFrom != null || meanTo != null;
    }
}
