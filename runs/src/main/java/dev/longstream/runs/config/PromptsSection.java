package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptStyle;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Questions of a run and the form of their prompts.
 *
 * @param style form of a prompt: how a question and its documents become a message
 * @param system system message before every question; null: none, and a chat template may add its own
 * @param templateVariables further variables of the chat template by name, e.g. {@code enable_thinking: false}
 * @param maxTokens length limit of a prompt in tokens, chat template included; longer prompts are refused and listed
 * @param files question files for sources without {@code files} and {@code generate} of their own; null without such sources
 * @param train sources of training questions; generated ones also depend on the run's seed
 * @param validation sources of questions that steer the run and are never trained on: evaluations between the ends of phases
 *     and {@code until-reward} use them. Empty: the held-out questions do both, and a reward that ended a phase is then
 *     measured on the questions that the run is reported by
 * @param heldOut sources of held-out questions, which the run is reported by; they are never trained on and do not depend on
 *     the run's seed
 */
public record PromptsSection(
        PromptStyle style,
        @Nullable String system,
        @Nullable Map<String, String> templateVariables,
        int maxTokens,
        @Nullable List<Path> files,
        List<PromptSource> train,
        List<PromptSource> validation,
        List<PromptSource> heldOut) {
    /** Checks every setting and gives the files of the section to the sources without any. */
    public PromptsSection {
        templateVariables = templateVariables == null ? Map.of() : Map.copyOf(templateVariables);
        files = files == null ? null : List.copyOf(files);
        Problems problems = new Problems("prompts");
        train = PromptSource.inSection(problems, "train", train, files, "--prompts");
        validation = PromptSource.inSection(
                problems, "validation", Objects.requireNonNullElse(validation, List.of()), files, "--prompts");
        heldOut = PromptSource.inSection(problems, "held-out", heldOut, files, "--prompts");
        problems.require(style != null, "style is missing, expected plain or instructed")
                .require(maxTokens >= 1, "max-tokens is %d, must be at least 1", maxTokens)
                .require(!train.isEmpty(), "train is empty, must contain at least one source")
                .require(
                        Stream.of(train, validation, heldOut)
                                .flatMap(List::stream)
                                .allMatch(source -> source.quotingShare() == null),
                        "train, validation or held-out has a quoting-share, which is a key of demonstrations only")
                .require(!heldOut.isEmpty(), "held-out is empty, must contain at least one source")
                .throwIfAny();
    }

    /** Returns the form in which questions reach the policy. */
    public PromptForm form() {
        return new PromptForm(style, system, Objects.requireNonNullElse(templateVariables, Map.of()));
    }
}
