package dev.longstream.cli.command;

import dev.longstream.cli.config.ResolvedConfig;
import dev.longstream.cli.contest.Contest;
import dev.longstream.cli.contest.ContestOptions;
import dev.longstream.cli.contest.ContestTable;
import dev.longstream.cli.contest.Contestant;
import dev.longstream.cli.contest.Standing;
import dev.longstream.cli.exit.CommandException;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.progress.Progress;
import dev.longstream.cli.report.JudgeCheckTable;
import dev.longstream.cli.report.JudgeChecks;
import dev.longstream.cli.train.Evaluators;
import dev.longstream.cli.train.Judges;
import dev.longstream.cli.train.ModelFolder;
import dev.longstream.producers.evaluation.HeldOutReward;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "eval",
        description = {
            "Asks one or more policies the held-out questions and scores their answers. Needs no broker.",
            "Prints a row a contestant and set: reward, pass@k (unbiased) and, in brackets, bootstrap intervals of 95 %%; attempts"
                    + " without an answer are counted, and 'failed as 0' is the reward with each of them a 0."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream eval                                   # the policy a run would begin with",
            "  longstream eval --version-of-run 80               # a version that the run in runs/ keeps",
            "  longstream eval --contestant base=FOLDER --contestant rl=@80 --contestant served=http://host:8000/v1#NAME \\",
            "                  --held-out SET.jsonl OTHER.json --samples 8 --set evaluation.temperature=0.7 --format markdown",
            "",
            "Questions are those of prompts.held-out in the configuration, or the files of --held-out; a set is what they call",
            "their task. Prompts longer than prompts.most-tokens fail, or lose their middle with --cut-middle."
        })
final class EvalCommand extends CommandBase {
    /** How the table is printed. */
    enum Format {
        MARKDOWN,
        CSV
    }

    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--version-of-run",
            paramLabel = "N",
            description = "This policy version of the run, where its checkpoint is still kept; as --contestant @N.")
    private @Nullable Integer version;

    @Option(
            names = "--contestant",
            paramLabel = "[LABEL=]WHAT",
            description =
                    "Who answers: a model folder, @N for a version of the run, or URL#MODEL of an OpenAI-compatible"
                            + " server. Several times for several.")
    private List<String> contestants = List.of();

    @Option(
            names = "--samples",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Answers to each question (default ${DEFAULT-VALUE}); more need evaluation.temperature above 0.")
    private int samples;

    @Option(
            names = "--cut-middle",
            description =
                    "Cut the middle out of prompts that are longer than prompts.most-tokens. For servers, tokens are"
                            + " those of the configuration's model.")
    private boolean cutMiddle;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "8",
            description = "Questions that a server is asked at once (default ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description =
                    "Keep answers in this file (JSON lines) and take those that are there already: the same command goes"
                            + " on where it was interrupted.")
    private @Nullable Path answers;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "Environment variable that holds the servers' key.")
    private @Nullable String keyVariable;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "MARKDOWN",
            description = "markdown or csv (default markdown); --json for JSON.")
    private Format format = Format.MARKDOWN;

    @Override
    ExitCode execute() throws InterruptedException {
        ResolvedConfig resolved = options.load();
        ModelFolder.useProducts(resolved.config());
        List<Contestant> all = contestants(resolved);
        ContestOptions how = new ContestOptions(
                samples,
                resolved.config().evaluation().temperature(),
                cutMiddle,
                answers,
                inFlight,
                ApiKey.of(keyVariable));
        try (Progress progress = Progress.of(System.err)) {
            List<Standing> standings =
                    new Contest(resolved.config(), how, Evaluators.scorer(resolved.config()), progress).hold(all);
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("reward", resolved.config().evaluation().reward());
            if (resolved.config().evaluation().reward() != HeldOutReward.RULE) {
                JudgeChecks.Entry check = Judges.latestCheck(resolved.config());
                result.put("judge", resolved.config().judge().name());
                result.put("judgeCheck", check);
                progress.say("Judge " + resolved.config().judge().name() + ": " + JudgeCheckTable.words(check));
            }
            result.put("standings", standings);
            print(result, format == Format.CSV ? ContestTable.csv(standings) : ContestTable.markdown(standings));
            return standings.stream().allMatch(standing -> standing.reward() == null)
                    ? ExitCode.BAD_DATA
                    : ExitCode.DONE;
        }
    }

    private List<Contestant> contestants(ResolvedConfig resolved) {
        List<Contestant> all = new ArrayList<>();
        for (String contestant : contestants) {
            all.add(Contestant.parse(contestant, resolved.config()));
        }
        if (version != null) {
            all.add(Contestant.of("version " + version, Contestant.version(resolved.config(), version)));
        }
        if (all.isEmpty()) {
            Path model = ModelFolder.of(resolved.config());
            all.add(Contestant.of(model.toString(), model));
        }
        if (all.stream().map(Contestant::label).distinct().count() < all.size()) {
            throw new CommandException(ExitCode.WRONG_USE, "Two contestants have the same label; give them LABEL=");
        }
        return all;
    }
}
