package dev.longstream.cli.config;

import dev.longstream.config.Problems;

import java.util.List;

/**
 * Right answers to imitate in the warm-up.
 *
 * @param sources of the questions that are answered; may be empty where there is no warm-up
 * @param quotingShare share of generated questions whose answer quotes the facts it needs first; the others answer at once
 * @param answer form of the answer to a question out of a file; {@code {gold}} stands for the first gold
 */
public record DemonstrationsSection(List<PromptSource> sources, double quotingShare, String answer) {
    public DemonstrationsSection {
        sources = sources == null ? List.of() : List.copyOf(sources);
        new Problems("demonstrations")
                .require(quotingShare >= 0 && quotingShare <= 1, "quoting-share is %s, must be in [0, 1]", quotingShare)
                .require(answer != null && answer.contains("{gold}"), "answer is '%s', must contain {gold}", answer)
                .throwIfAny();
    }
}
