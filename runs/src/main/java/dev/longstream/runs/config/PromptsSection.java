package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rendering.PromptStyle;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is asked.
 *
 * @param style how a question and its documents become a message
 * @param maxTokens input tokens, template included; longer prompts are refused, each with its line
 * @param files of the sources that name none and are not generated; null: there is no such source
 * @param train questions that are trained on; generated ones depend on the run's seed too
 * @param heldOut questions that are never trained on; the same for every seed of the run
 */
public record PromptsSection(
        PromptStyle style,
        int maxTokens,
        @Nullable List<Path> files,
        List<PromptSource> train,
        List<PromptSource> heldOut) {
    public PromptsSection {
        files = files == null ? null : List.copyOf(files);
        Problems problems = new Problems("prompts");
        train = PromptSource.inSection(problems, "train", train, files, "--prompts");
        heldOut = PromptSource.inSection(problems, "held-out", heldOut, files, "--prompts");
        problems.require(style != null, "style is missing, expected plain or instructed")
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(!train.isEmpty(), "train is empty, must hold at least one source")
                .require(
                        Stream.concat(train.stream(), heldOut.stream())
                                .allMatch(source -> source.quotingShare() == null),
                        "train or held-out has a quoting-share, which belongs to demonstrations")
                .require(!heldOut.isEmpty(), "held-out is empty, must hold at least one source")
                .throwIfAny();
    }
}
