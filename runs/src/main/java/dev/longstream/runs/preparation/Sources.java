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

/** Questions of a configuration's sources, generated or read. */
public final class Sources {
    /** Split of the questions that are trained on. */
    public static final String TRAIN = "train";

    private Sources() {}

    /**
     * Looks for every file that questions and demonstrations come from, before any of them is read.
     *
     * @throws UnusableInputException naming all that are not there
     */
    static void require(RunConfig config) {
        boolean warmsUp = config.warmUp().steps() > 0;
        Stream<PromptSource> sources = Stream.of(
                        config.prompts().heldOut(),
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
                .map(file -> file + (Files.exists(file) ? ": it may not be read" : ": there is no such file"))
                .toList();
        if (!missing.isEmpty()) {
            throw new UnusableInputException(String.join("\n", missing));
        }
    }

    /** Questions for training: those that are generated depend on the run's seed. */
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

    /** @param refused told of each row that cannot be used, with file, line and reason */
    static Stream<ImportedPrompt> training(PromptSource source, long runSeed, Consumer<String> refused) {
        return source.generate() == null
                ? read(source, TRAIN, refused)
                : generated(seeded(source.generate(), runSeed)).map(GeneratedQuestion::prompt);
    }

    /** Questions that are the same whatever the run's seed. */
    public static Stream<ImportedPrompt> heldOut(PromptSource source, Consumer<String> refused) {
        return source.generate() == null
                ? read(source, HeldOutSet.SPLIT, refused)
                : generated(source.generate()).map(GeneratedQuestion::prompt);
    }

    /** All held-out questions of {@code config}, in the order of its sources. */
    public static List<ImportedPrompt> heldOut(RunConfig config, Consumer<String> refused) {
        List<ImportedPrompt> prompts = new ArrayList<>();
        for (PromptSource source : config.prompts().heldOut()) {
            try (Stream<ImportedPrompt> read = heldOut(source, refused)) {
                read.forEach(prompts::add);
            }
        }
        return prompts;
    }

    /** Questions of the demonstrations' sources out of files, none of them held out. */
    public static List<ImportedPrompt> toDemonstrate(RunConfig config, Consumer<String> refused) {
        HeldOutFilter heldOut = asked(config.prompts().heldOut(), source -> heldOut(source, refused));
        List<String> apart = new ArrayList<>();
        List<ImportedPrompt> found = new ArrayList<>();
        for (PromptSource source : config.demonstrations().sources()) {
            if (source.generate() == null) {
                try (Stream<ImportedPrompt> prompts = training(source, config.seed(), refused)) {
                    prompts.filter(heldOut.refusing(apart)).forEach(found::add);
                }
            }
        }
        apart.forEach(refused);
        return found;
    }

    /**
     * Those questions that the run neither trains on nor holds out, whichever documents stand beside them.
     *
     * @param refused told of each row of the run's sources that cannot be used
     */
    public static List<ImportedPrompt> notOf(RunConfig config, List<ImportedPrompt> prompts, Consumer<String> refused) {
        HeldOutFilter heldOut = asked(config.prompts().heldOut(), source -> heldOut(source, refused));
        HeldOutFilter trained = asked(config.prompts().train(), source -> training(source, config.seed(), refused));
        return prompts.stream()
                .filter(prompt -> !heldOut.holds(prompt) && !trained.holds(prompt))
                .toList();
    }

    private static HeldOutFilter asked(
            List<PromptSource> sources, Function<PromptSource, Stream<ImportedPrompt>> read) {
        HeldOutFilter asked = new HeldOutFilter();
        for (PromptSource source : sources) {
            try (Stream<ImportedPrompt> prompts = read.apply(source)) {
                prompts.forEach(asked::add);
            }
        }
        return asked;
    }

    /** Rows that say they belong to the other split are none of the source's. */
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
     * Questions of files and what was refused of them.
     *
     * @param format null: recognised by content
     * @throws UnusableInputException if a file is not there or in no known format
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
