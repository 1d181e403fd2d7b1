package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import dev.longstream.questions.generator.GeneratorConfig;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * A source of questions, from files or generated.
 *
 * @param files question files; null for generated questions or for the files of the surrounding section
 * @param format format of the files; null detects it from their content
 * @param limit maximum number of questions; null for all
 * @param skip number of questions to leave out at the start, e.g. those of another source; null for none
 * @param generate settings of the generator; null for questions from files
 * @param quotingShare {@code demonstrations.quoting-share} for this source, in demonstrations only; null for the section's value
 */
public record PromptSource(
        @Nullable List<Path> files,
        @Nullable String format,
        @Nullable Integer limit,
        @Nullable Integer skip,
        @Nullable GeneratorConfig generate,
        @Nullable Double quotingShare) {
    /** Checks every setting and reports all faults in one exception. */
    public PromptSource {
        files = files == null ? null : List.copyOf(files);
        new Problems("prompts")
                .require(
                        files == null || generate == null,
                        "files and generate are both set: a source needs exactly one of them")
                .require(files == null || !files.isEmpty(), "files is empty, must name at least one file")
                .require(limit == null || limit >= 1, "limit is %s, must be at least 1", String.valueOf(limit))
                .require(skip == null || skip >= 0, "skip is %s, must not be negative", String.valueOf(skip))
                .require(
                        quotingShare == null || (generate != null && quotingShare >= 0 && quotingShare <= 1),
                        "quoting-share is %s, must be in [0, 1], and needs generate in the same source",
                        String.valueOf(quotingShare))
                .throwIfAny();
    }

    /** Returns whether the source reads the files of its section, having neither {@code files} nor {@code generate}. */
    boolean isOfSection() {
        return files == null && generate == null;
    }

    /**
     * Returns the sources of a section, with the files of the section in those without any.
     *
     * @param problems receives the faults of the section
     * @param list key of the list of sources
     * @param flag command line flag that sets the files of the section
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

    /** Returns a source of generated questions. */
    public static PromptSource generated(GeneratorConfig generate) {
        return new PromptSource(null, null, null, null, generate, null);
    }
}
