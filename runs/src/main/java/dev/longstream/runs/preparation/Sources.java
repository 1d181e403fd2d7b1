package dev.longstream.runs.preparation;

import dev.longstream.evaluation.HeldOutSet;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.questions.HeldOutFilter;
import dev.longstream.questions.ImportReport;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.PromptFiles;
import dev.longstream.questions.generator.GeneratedQuestion;
import dev.longstream.questions.generator.GeneratorConfig;
import dev.longstream.questions.generator.QuestionGenerator;
import dev.longstream.runs.config.PromptSource;
import dev.longstream.runs.config.RunConfig;
import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads or generates the questions of a configuration's sources. */
public final class Sources {
    /** Split of the training questions. */
    public static final String TRAIN = "train";

    private Sources() {}

    /**
     * Checks that every file of questions and demonstrations exists and is readable, before any is read.
     *
     * @throws UnusableInputException if some do not; the message names all of them
     */
    static void require(RunConfig config) {
        boolean warmsUp = config.warmUp().steps() > 0;
        Stream<PromptSource> sources = Stream.of(
                        config.prompts().heldOut(),
                        config.prompts().validation(),
                        config.prompts().train(),
                        warmsUp ? config.demonstrations().sources() : List.<PromptSource>of())
                .flatMap(List::stream);
        List<String> missing = Stream.concat(
                        sources.map(PromptSource::files),
                        Stream.of(warmsUp ? config.demonstrations().written() : null))
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .distinct()
                .filter(file -> !Files.isReadable(file))
                .map(file ->
                        file + (Files.exists(file) ? ": permission to read it is missing" : ": there is no such file"))
                .toList();
        if (!missing.isEmpty()) {
            throw new UnusableInputException(String.join("\n", missing));
        }
    }

    /** Returns the generator settings with a seed that depends on the run's seed, for training questions. */
    static GeneratorConfig seeded(GeneratorConfig generate, long runSeed) {
        return new GeneratorConfig(
                generate.count(),
                generate.longerThan(),
                generate.upTo(),
                generate.templateWords(),
                generate.hopWeights(),
                generate.factShare(),
                generate.peopleFactor(),
                runSeed * 1_000 + generate.seed());
    }

    /**
     * Returns the training questions of a source. Generated ones depend on the run's seed.
     *
     * @param refused receives every row that cannot be used, with file, line and reason
     */
    static Stream<ImportedPrompt> training(PromptSource source, long runSeed, Consumer<String> refused) {
        return source.generate() == null
                ? read(source, TRAIN, refused)
                : generated(seeded(source.generate(), runSeed)).map(GeneratedQuestion::prompt);
    }

    /**
     * Returns the questions of a source that are never trained on. They do not depend on the run's seed.
     *
     * @param split {@link HeldOutSet#SPLIT} or {@link HeldOutSet#VALIDATION}
     * @param refused receives every row that cannot be used, with file, line and reason
     */
    public static Stream<ImportedPrompt> untrained(PromptSource source, String split, Consumer<String> refused) {
        return source.generate() == null
                ? read(source, split, refused)
                : generated(source.generate()).map(GeneratedQuestion::prompt);
    }

    /** Returns all held-out questions of a configuration, in the order of its sources. */
    public static List<ImportedPrompt> heldOut(RunConfig config, Consumer<String> refused) {
        List<ImportedPrompt> prompts = new ArrayList<>();
        for (PromptSource source : config.prompts().heldOut()) {
            try (Stream<ImportedPrompt> read = untrained(source, HeldOutSet.SPLIT, refused)) {
                read.forEach(prompts::add);
            }
        }
        return prompts;
    }

    /** Returns the questions of {@code demonstrations.sources} that come from files, without held-out ones. */
    public static List<ImportedPrompt> toDemonstrate(RunConfig config, Consumer<String> refused) {
        HeldOutFilter heldOut = untrained(config, refused);
        List<String> heldOutRows = new ArrayList<>();
        List<ImportedPrompt> found = new ArrayList<>();
        for (PromptSource source : config.demonstrations().sources()) {
            if (source.generate() == null) {
                try (Stream<ImportedPrompt> prompts = training(source, config.seed(), refused)) {
                    prompts.filter(heldOut.refusing(heldOutRows)).forEach(found::add);
                }
            }
        }
        heldOutRows.forEach(refused);
        return found;
    }

    /**
     * Returns the prompts whose question is neither a training nor a held-out question of the run, whatever their documents.
     *
     * @param refused receives every row of the run's sources that cannot be used
     */
    public static List<ImportedPrompt> notOf(RunConfig config, List<ImportedPrompt> prompts, Consumer<String> refused) {
        HeldOutFilter heldOut = untrained(config, refused);
        HeldOutFilter trained = new HeldOutFilter();
        addAll(config.prompts().train(), source -> training(source, config.seed(), refused), trained);
        return prompts.stream()
                .filter(prompt -> !heldOut.holds(prompt) && !trained.holds(prompt))
                .toList();
    }

    private static HeldOutFilter untrained(RunConfig config, Consumer<String> refused) {
        HeldOutFilter filter = new HeldOutFilter();
        addAll(config.prompts().heldOut(), source -> untrained(source, HeldOutSet.SPLIT, refused), filter);
        addAll(config.prompts().validation(), source -> untrained(source, HeldOutSet.VALIDATION, refused), filter);
        return filter;
    }

    private static void addAll(
            List<PromptSource> sources, Function<PromptSource, Stream<ImportedPrompt>> read, HeldOutFilter filter) {
        for (PromptSource source : sources) {
            try (Stream<ImportedPrompt> prompts = read.apply(source)) {
                prompts.forEach(filter::add);
            }
        }
    }

    /** Reads the questions of one split from files; skips rows that name the other split. */
    private static Stream<ImportedPrompt> read(PromptSource source, String split, Consumer<String> refused) {
        ImportReport report = read(Objects.requireNonNull(source.files()), source.format());
        report.refused().forEach(row -> refused.accept(row.toString()));
        Stream<ImportedPrompt> prompts = report.prompts().stream().filter(prompt -> prompt.isFor(split));
        if (source.skip() != null) {
            prompts = prompts.skip(source.skip());
        }
        return source.limit() == null ? prompts : prompts.limit(source.limit());
    }

    /**
     * Reads question files and returns their questions and the refused rows.
     *
     * @param format name of the format; null detects it from the content
     * @throws UnusableInputException if a file is missing or has no known format
     */
    public static ImportReport read(List<Path> files, @Nullable String format) {
        try {
            return PromptFiles.read(files, format);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new UnusableInputException(String.valueOf(e.getMessage()), e);
        }
    }

    static Stream<GeneratedQuestion> generated(GeneratorConfig generate) {
        return new QuestionGenerator(generate).questions();
    }
}
