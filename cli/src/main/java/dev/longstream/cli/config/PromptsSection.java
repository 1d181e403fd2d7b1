package dev.longstream.cli.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rendering.PromptStyle;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is asked.
 *
 * @param style how a question and its documents become a message
 * @param mostTokens longer prompts are refused, each with its line; input tokens, template included
 * @param train questions that are trained on; generated ones depend on the run's seed too
 * @param heldOut questions that are never trained on; the same for every seed of the run
 */
public record PromptsSection(PromptStyle style, int mostTokens, List<PromptSource> train, List<PromptSource> heldOut) {
    public PromptsSection {
        train = train == null ? List.of() : List.copyOf(train);
        heldOut = heldOut == null ? List.of() : List.copyOf(heldOut);
        new Problems("prompts")
                .require(style != null, "style is missing, expected plain or instructed")
                .require(mostTokens >= 1, "most-tokens is %d, must be at least 1", mostTokens)
                .require(!train.isEmpty(), "train is empty, must hold at least one source")
                .require(
                        Stream.concat(train.stream(), heldOut.stream())
                                .allMatch(source -> source.quotingShare() == null),
                        "train or held-out has a quoting-share, which belongs to demonstrations")
                .require(!heldOut.isEmpty(), "held-out is empty, must hold at least one source")
                .throwIfAny();
    }
}
