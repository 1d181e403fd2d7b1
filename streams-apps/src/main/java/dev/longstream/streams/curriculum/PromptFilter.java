package dev.longstream.streams.curriculum;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Selects the prompts that a phase uses among those in its range of lengths. A prompt whose mean reward is unknown when
 * the phase begins passes the bounds on it.
 *
 * @param tasks tasks to use; empty: all
 * @param meanFrom minimum of the mean reward, inclusive; null: no bound
 * @param meanTo maximum of the mean reward, inclusive; below 1 excludes prompts that are always solved; null: no bound
 */
public record PromptFilter(List<String> tasks, @Nullable Double meanFrom, @Nullable Double meanTo) {
    /** No filter: all prompts pass. */
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
                && (mean == null || ((meanFrom == null || mean >= meanFrom) && (meanTo == null || mean <= meanTo)));
    }

    /** Returns whether the filter depends on mean rewards. */
    boolean usesRewards() {
        return meanFrom != null || meanTo != null;
    }
}
