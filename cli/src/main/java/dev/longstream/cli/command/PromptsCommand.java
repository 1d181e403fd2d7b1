package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.evaluation.HeldOutSet;
import dev.longstream.failure.WrongUseException;
import dev.longstream.producers.publication.PublishedPrompts;
import dev.longstream.progress.Progress;
import dev.longstream.questions.ImportReport;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.PromptFiles;
import dev.longstream.questions.RefusedRow;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.preparation.Preparation;
import dev.longstream.runs.preparation.Sources;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

@Command(
        name = "prompts",
        description = "Checks question files and publishes questions to a run's log.",
        subcommands = {PromptsCommand.Import.class, PromptsCommand.Publish.class},
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts import questions.jsonl --dry-run                 # what is in a file, and what is refused",
            "  longstream prompts publish --config run.yaml --bootstrap broker:9092 --registry http://registry:8081"
        })
final class PromptsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command, expected import or publish");
    }

    @Command(
            name = "import",
            description = {
                "Reads question files, whose format it detects from their content, and reports the number of questions by"
                        + " kind and length, and every refused row with line and reason.",
                "Then publishes the questions to the run's log, except with --dry-run."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream prompts import questions.jsonl --dry-run",
                "  longstream prompts import hotpot_dev_distractor_v1.json --format hotpotqa --split held-out"
            })
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
    static final class Import extends CommandBase {
        private static final List<String> SPLITS = List.of(Sources.TRAIN, HeldOutSet.VALIDATION, HeldOutSet.SPLIT);

        @Mixin
        private final RunOptions options = new RunOptions();

        @Parameters(
                paramLabel = "FILE",
                arity = "1..*",
                description =
                        "JSONL, JSON, CSV, TSV (each also gzip-compressed) or Parquet, or a folder of such files.")
        private List<Path> files = List.of();

        @Option(
                names = "--format",
                paramLabel = "F",
                description = "Format instead of detection: one of ${COMPLETION-CANDIDATES}.",
                completionCandidates = Formats.class)
        private @Nullable String format;

        @Option(
                names = "--split",
                paramLabel = "SPLIT",
                defaultValue = "train",
                description =
                        "train or held-out (default ${DEFAULT-VALUE}), for rows that do not name their split themselves.")
        private String split = "";

        @Option(names = "--dry-run", description = "Publish nothing.")
        private boolean dryRun;

        /** Names of the formats, for help and completion. */
        static final class Formats implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return PromptFiles.formats().iterator();
            }
        }

        @Override
        ExitCode execute() {
            if (!SPLITS.contains(split)) {
                throw new WrongUseException("--split is '" + split + "', expected train, validation or held-out");
            }
            ImportReport report = Sources.read(files, format);
            List<String> refused = new ArrayList<>(
                    report.refused().stream().map(RefusedRow::toString).toList());
            int published = 0;
            if (!dryRun) {
                ResolvedConfig resolved = options.load();
                try (LogConnection open = LogConnection.forLoading(resolved.config());
                        Progress progress = TerminalProgress.open()) {
                    Preparation preparation = new Preparation(resolved, open.log(), progress);
                    preparation.createTopics();
                    for (String own : SPLITS) {
                        PublishedPrompts done = preparation.publish(
                                report.prompts().stream()
                                        .filter(prompt -> own.equals(
                                                prompt.attributes().getOrDefault(ImportedPrompt.SPLIT, split)))
                                        .toList(),
                                own);
                        refused.addAll(done.refused());
                        published += done.published();
                    }
                }
            }
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("questions", report.prompts().size());
            result.put("formats", report.formatByFile());
            result.put(
                    "kinds",
                    report.prompts().stream()
                            .collect(Collectors.groupingBy(
                                    prompt -> prompt.kind().name(), TreeMap::new, Collectors.counting())));
            result.put("repeated", report.repeatedByFile());
            result.put("refused", refused);
            result.put("published", published);
            List<String> lines = new ArrayList<>(report.summary().lines().toList());
            refused.forEach(row -> lines.add("refused " + row));
            lines.add(dryRun ? "Nothing was published (--dry-run)." : "Published " + published + " new questions.");
            print(result, lines);
            return report.prompts().isEmpty() ? ExitCode.BAD_DATA : ExitCode.DONE;
        }
    }

    @Command(
            name = "publish",
            description = "Creates a run's topics and publishes the questions of its configuration, as 'train' does.",
            footerHeading = "%nExample:%n",
            footer =
                    "  longstream prompts publish --config examples/smollm2.yaml --bootstrap broker:9092 --registry http://registry:8081")
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
    static final class Publish extends CommandBase {
        @Mixin
        private final RunOptions options = new RunOptions();

        @Override
        ExitCode execute() {
            ResolvedConfig resolved = options.load();
            try (LogConnection open = LogConnection.forLoading(resolved.config());
                    Progress progress = TerminalProgress.open()) {
                List<String> refused = new Preparation(resolved, open.log(), progress).begin();
                print(
                        Map.of("refused", refused),
                        List.of("Published the questions of "
                                + resolved.config().run() + "; " + refused.size() + " were refused."));
                return ExitCode.DONE;
            }
        }
    }
}
