package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.evaluation.HeldOutReward;
import dev.longstream.evaluation.comparison.CandidatePolicy;
import dev.longstream.evaluation.comparison.Comparison;
import dev.longstream.evaluation.comparison.ComparisonOptions;
import dev.longstream.evaluation.comparison.ComparisonResult;
import dev.longstream.evaluation.comparison.ComparisonRow;
import dev.longstream.evaluation.comparison.ComparisonTable;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.judges.Evaluators;
import dev.longstream.runs.judges.Judges;
import dev.longstream.runs.preparation.Sources;
import dev.longstream.runs.report.JudgeCheckTable;
import dev.longstream.runs.report.JudgeChecks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "eval",
        description = {
            "Compares one or more policies on the held-out questions. Needs no broker.",
            "Prints one row per candidate and set: reward, pass@k (unbiased) and, in brackets, bootstrap intervals of 95 %%."
                    + " Attempts without an answer are counted; 'failed as 0' is the reward with each of them scored 0."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream eval                                   # the initial policy of a run",
            "  longstream eval --version-of-run 80               # a policy version of the run, from its checkpoint",
            "  longstream eval --candidate base=FOLDER --candidate rl=@80 --candidate served=http://host:8000/v1#NAME \\",
            "                  --held-out SET.jsonl OTHER.json --samples 8 --set evaluation.temperature=0.7 --format markdown",
            "",
            "The questions are those of prompts.held-out in the configuration, or the files of --held-out. The set of a question",
            "is its field 'task'. Prompts above prompts.max-tokens fail; with --cut-middle their middle is cut out instead."
        })
@AlsoEndsWith({ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class EvalCommand extends CommandBase {
    /** Format of the printed table. */
    enum Format {
        MARKDOWN,
        CSV
    }

    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--version-of-run",
            paramLabel = "N",
            description = "Policy version of the run, if its checkpoint still exists; short for --candidate @N.")
    private @Nullable Integer version;

    @Option(
            names = "--candidate",
            paramLabel = "[LABEL=]POLICY",
            description = "Policy to compare: a model folder, @N for a version of the run, or URL#MODEL for an"
                    + " OpenAI-compatible server. May be repeated.")
    private List<String> candidates = List.of();

    @Option(
            names = "--samples",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Answers to each question (default ${DEFAULT-VALUE}); several are drawn at evaluation.temperature, or"
                            + " at sampling.temperature where that is 0.")
    private int samples;

    @Option(
            names = "--cut-middle",
            description =
                    "Cut the middle out of prompts above prompts.max-tokens. For servers, tokens are counted with the"
                            + " tokenizer of the configuration's model.")
    private boolean cutMiddle;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "8",
            description = "Maximum concurrent questions to a server (default ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description =
                    "Store answers in this file (JSON lines) and reuse those in it, so that the same command continues"
                            + " after an interruption.")
    private @Nullable Path answers;

    @Option(
            names = "--outcomes",
            paramLabel = "FILE",
            description = "Write the mean reward of each candidate on each question to this file (CSV).")
    private @Nullable Path outcomes;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "Environment variable with the servers' API key.")
    private @Nullable String keyVariable;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "MARKDOWN",
            description = "markdown or csv (default markdown); for JSON see --json.")
    private Format format = Format.MARKDOWN;

    @Override
    ExitCode execute() throws InterruptedException {
        Path folder = outcomes == null ? null : outcomes.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new WrongUseException("The folder of --outcomes " + outcomes + " does not exist; create it first");
        }
        ResolvedConfig resolved = asksARun() ? options.loadStartedForHeldOut(err()) : options.loadForHeldOut();
        ModelFolder.useComputeType(resolved.config());
        List<CandidatePolicy> all = candidates(resolved);
        ComparisonOptions how = new ComparisonOptions(
                samples, temperature(resolved.config()), cutMiddle, answers, inFlight, ApiKey.of(keyVariable));
        try (Progress progress = TerminalProgress.open()) {
            if (how.temperature() != resolved.config().evaluation().temperature()) {
                progress.say(
                        "evaluation.temperature is 0, at which all " + samples + " answers to a question would be the"
                                + " same; they are drawn at sampling.temperature, " + how.temperature());
            }
            RunConfig config = resolved.config();
            List<ImportedPrompt> prompts = Sources.heldOut(config, row -> progress.say("refused: " + row));
            ComparisonResult compared = new Comparison(
                            Evaluators.contest(config), how, Evaluators.scorer(config), progress)
                    .hold(all, prompts);
            if (outcomes != null) {
                write(outcomes, compared.questionsAsCsv());
            }
            List<ComparisonRow> rows = compared.rows();
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("reward", resolved.config().evaluation().reward());
            if (resolved.config().evaluation().reward() != HeldOutReward.RULE) {
                JudgeChecks.JudgeCheckEntry check = Judges.latestCheck(resolved.config());
                result.put("judge", resolved.config().judge().name());
                result.put("judgeCheck", check);
                progress.say("Judge " + resolved.config().judge().name() + ": " + JudgeCheckTable.describe(check));
            }
            result.put("rows", rows);
            result.put("differences", compared.differences());
            List<String> lines =
                    new ArrayList<>(format == Format.CSV ? ComparisonTable.csv(rows) : ComparisonTable.markdown(rows));
            if (format != Format.CSV) {
                lines.addAll(ComparisonTable.differences(compared.differences()));
            }
            print(result, lines);
            return rows.stream().allMatch(row -> row.reward() == null) ? ExitCode.BAD_DATA : ExitCode.DONE;
        }
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The outcomes cannot be written to " + file, e);
        }
    }

    /** True when a candidate is a version that a run keeps. */
    private boolean asksARun() {
        return version != null || candidates.stream().anyMatch(candidate -> candidate.matches("([^=]*=)?@\\d+"));
    }

    /** Several answers to a question are drawn as in training where the configuration evaluates greedily. */
    private float temperature(RunConfig config) {
        float evaluation = config.evaluation().temperature();
        return samples > 1 && evaluation == 0 ? (float) config.sampling().temperature() : evaluation;
    }

    private List<CandidatePolicy> candidates(ResolvedConfig resolved) {
        List<CandidatePolicy> all = new ArrayList<>();
        for (String candidate : candidates) {
            all.add(CandidatePolicy.parse(candidate, resolved.config().folder()));
        }
        if (version != null) {
            all.add(CandidatePolicy.of(
                    "version " + version,
                    CandidatePolicy.version(resolved.config().folder(), version)));
        }
        if (all.isEmpty()) {
            Path model = ModelFolder.of(resolved.config());
            all.add(CandidatePolicy.of(model.toString(), model));
        }
        if (all.stream().map(CandidatePolicy::label).distinct().count() < all.size()) {
            throw new WrongUseException(
                    "Two candidates have the same label; name them apart with --candidate LABEL=POLICY");
        }
        return all;
    }
}
