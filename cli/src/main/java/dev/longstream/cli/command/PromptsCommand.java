package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

@Command(
        name = "prompts",
        description = "Looks at files of questions, and puts questions on a run's log.",
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
                "Reads files of questions, recognises their format by content, and says what came of it: how many"
                        + " questions of which kind and length, and every row it refused with line and reason.",
                "Then puts the questions on the run's log; with --dry-run it only says."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream prompts import questions.jsonl --dry-run",
                "  longstream prompts import hotpot_dev_distractor_v1.json --format hotpotqa --split held-out"
            })
    @AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
    static final class Import extends CommandBase {
        @Mixin
        private final RunOptions options = new RunOptions();

        @Parameters(
                paramLabel = "FILE",
                arity = "1..*",
                description =
                        "JSONL, JSON, CSV or TSV as published, compressed by gzip or not, Parquet, or a folder of these.")
        private List<Path> files = List.of();

        @Option(
                names = "--format",
                paramLabel = "F",
                description = "Do not guess: one of ${COMPLETION-CANDIDATES}.",
                completionCandidates = Formats.class)
        private @Nullable String format;

        @Option(
                names = "--split",
                paramLabel = "SPLIT",
                defaultValue = "train",
                description =
                        "train or held-out (default ${DEFAULT-VALUE}); a row that says which it belongs to is published as that.")
        private String split = "";

        @Option(names = "--dry-run", description = "Publish nothing.")
        private boolean dryRun;

        /** Candidates for help and completion. */
        static final class Formats implements Iterable<String> {
            @Override
            public java.util.Iterator<String> iterator() {
                return PromptFiles.formats().iterator();
            }
        }

        @Override
        ExitCode execute() {
            if (!split.equals("train") && !split.equals("held-out")) {
                throw new WrongUseException("--split is '" + split + "', expected train or held-out");
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
                    for (String own : List.of("train", "held-out")) {
                        var done = preparation.publish(
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
            lines.add(dryRun ? "Nothing was published (--dry-run)." : published + " new questions are on the log.");
            print(result, lines);
            return report.prompts().isEmpty() ? ExitCode.BAD_DATA : ExitCode.DONE;
        }
    }

    @Command(
            name = "publish",
            description =
                    "Creates a run's topics and puts the questions of its configuration on the log, as 'train' does.",
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
                        List.of("The questions of " + resolved.config().run() + " are on the log; " + refused.size()
                                + " were refused."));
                return ExitCode.DONE;
            }
        }
    }
}
