package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * Demonstrations, which are right answers that the policy imitates in the warm-up.
 *
 * @param files question files for sources without {@code files} and {@code generate} of their own; null without such sources
 * @param sources sources of questions; their reference answers, or the teacher's answers, become demonstrations; may be empty
 *     without a warm-up, with {@code written} or with {@code teacher}
 * @param written files of written demonstrations, JSON lines or Parquet with {@code messages}, or with {@code prompt} and
 *     {@code answer}; used after those of the sources; null for none
 * @param quotingShare fraction of generated questions whose answer first quotes the facts it needs, from 0 to 1
 * @param answer form of the answer to a question from a file; {@code {gold}} is replaced by the first reference answer,
 *     or by all members of a set
 * @param teacher model that answers the questions of the sources, or the training questions where there are no sources; its
 *     answers that earn a reward by the run's own rule become demonstrations, in place of the reference answers; null: none
 */
public record DemonstrationsSection(
        @Nullable List<Path> files,
        List<PromptSource> sources,
        @Nullable List<Path> written,
        double quotingShare,
        String answer,
        @Nullable TeacherSection teacher) {
    /** Checks every setting and gives the files of the section to the sources without any. */
    public DemonstrationsSection {
        files = files == null ? null : List.copyOf(files);
        written = written == null ? null : List.copyOf(written);
        Problems problems = new Problems("demonstrations");
        sources = PromptSource.inSection(problems, "sources", sources, files, "--demonstrations");
        problems.require(written == null || !written.isEmpty(), "written is empty, must name at least one file")
                .require(quotingShare >= 0 && quotingShare <= 1, "quoting-share is %s, must be in [0, 1]", quotingShare)
                .require(answer != null && answer.contains("{gold}"), "answer is '%s', must contain {gold}", answer)
                .require(
                        teacher == null || teacher.endpoint().present(),
                        "teacher names no model, expected url and model, or folder")
                .throwIfAny();
    }
}
