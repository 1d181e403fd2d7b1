package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rendering.PromptStyle;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Questions of a run and the form of their prompts.
 *
 * @param style form of a prompt: how a question and its documents become a message
 * @param maxTokens length limit of a prompt in tokens, chat template included; longer prompts are refused and listed
 * @param files question files for sources without {@code files} and {@code generate} of their own; null without such sources
 * @param train sources of training questions; generated ones also depend on the run's seed
 * @param heldOut sources of held-out questions, which are never trained on and do not depend on the run's seed
 */
public record PromptsSection(
        PromptStyle style,
        int maxTokens,
        @Nullable List<Path> files,
        List<PromptSource> train,
        List<PromptSource> heldOut) {
    /** Checks every setting and gives the files of the section to the sources without any. */
    public PromptsSection {
        files = files == null ? null : List.copyOf(files);
        Problems problems = new Problems("prompts");
        train = PromptSource.inSection(problems, "train", train, files, "--prompts");
        heldOut = PromptSource.inSection(problems, "held-out", heldOut, files, "--prompts");
        problems.require(style != null, "style is missing, expected plain or instructed")
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(!train.isEmpty(), "train is empty, must contain at least one source")
                .require(
                        Stream.concat(train.stream(), heldOut.stream())
                                .allMatch(source -> source.quotingShare() == null),
                        "train or held-out has a quoting-share, which is a key of demonstrations only")
                .require(!heldOut.isEmpty(), "held-out is empty, must contain at least one source")
                .throwIfAny();
    }
}
