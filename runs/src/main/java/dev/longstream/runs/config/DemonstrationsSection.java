package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * Right answers to imitate in the warm-up.
 *
 * @param files of the sources that name none and are not generated; null: there is no such source
 * @param sources of the questions that are answered; may be empty where there is no warm-up, or written answers are given
 * @param written files of answers that somebody wrote, JSON lines or Parquet rows of {@code messages} or of {@code prompt} and
 *     {@code answer}; they come after those of the sources; null: none
 * @param quotingShare share of generated questions whose answer quotes the facts it needs first; the others answer at once
 * @param answer form of the answer to a question out of a file; {@code {gold}} stands for the first gold
 */
public record DemonstrationsSection(
        @Nullable List<Path> files,
        List<PromptSource> sources,
        @Nullable List<Path> written,
        double quotingShare,
        String answer) {
    public DemonstrationsSection {
        files = files == null ? null : List.copyOf(files);
        written = written == null ? null : List.copyOf(written);
        Problems problems = new Problems("demonstrations");
        sources = PromptSource.inSection(problems, "sources", sources, files, "--demonstrations");
        problems.require(written == null || !written.isEmpty(), "written is empty, must name at least one file")
                .require(quotingShare >= 0 && quotingShare <= 1, "quoting-share is %s, must be in [0, 1]", quotingShare)
                .require(answer != null && answer.contains("{gold}"), "answer is '%s', must contain {gold}", answer)
                .throwIfAny();
    }
}
