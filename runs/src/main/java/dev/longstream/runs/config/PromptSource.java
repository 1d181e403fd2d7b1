package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.questions.generator.GeneratorConfig;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * Questions, either out of files or generated.
 *
 * @param files to read; null: generated, or those of the section that the source is in
 * @param format of the files; null: recognised by their content
 * @param limit only so many of them; null: all
 * @param skip so many are left out at the start, e.g. those that another source takes; null: none
 * @param generate questions to generate; null: from files
 * @param quotingShare demonstrations only: as {@code demonstrations.quoting-share}, for this source; null: as there
 */
public record PromptSource(
        @Nullable List<Path> files,
        @Nullable String format,
        @Nullable Integer limit,
        @Nullable Integer skip,
        @Nullable GeneratorConfig generate,
        @Nullable Double quotingShare) {
    public PromptSource {
        files = files == null ? null : List.copyOf(files);
        new Problems("prompts")
                .require(
                        files == null || generate == null, "files and generate are both given: a source is one of them")
                .require(files == null || !files.isEmpty(), "files is empty, must name at least one file")
                .require(limit == null || limit >= 1, "limit is %s, must be at least 1", String.valueOf(limit))
                .require(skip == null || skip >= 0, "skip is %s, must not be negative", String.valueOf(skip))
                .require(
                        quotingShare == null || (generate != null && quotingShare >= 0 && quotingShare <= 1),
                        "quoting-share is %s, must be in [0, 1] and beside generate",
                        String.valueOf(quotingShare))
                .throwIfAny();
    }

    /** Neither generated nor with files of its own. */
    boolean isOfSection() {
        return files == null && generate == null;
    }

    /**
     * Sources of a section, with its files where they have none of their own.
     *
     * @param problems of the section
     * @param list key of the sources in it
     * @param flag that names the section's files
     */
    static List<PromptSource> inSection(
            Problems problems,
            String list,
            @Nullable List<PromptSource> sources,
            @Nullable List<Path> files,
            String flag) {
        List<PromptSource> given = sources == null ? List.of() : sources;
        problems.require(
                files != null || given.stream().noneMatch(PromptSource::isOfSection),
                "%s has a source with neither files nor generate, and files is missing beside it (%s FILE…)",
                list,
                flag);
        return given.stream()
                .map(source -> source.isOfSection() ? source.of(files) : source)
                .toList();
    }

    private PromptSource of(@Nullable List<Path> sectionFiles) {
        return new PromptSource(sectionFiles, format, limit, skip, null, null);
    }

    public static PromptSource generated(GeneratorConfig generate) {
        return new PromptSource(null, null, null, null, generate, null);
    }
}
