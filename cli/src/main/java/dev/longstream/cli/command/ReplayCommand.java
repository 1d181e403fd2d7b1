package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.AnswerReplay;
import dev.longstream.runs.launch.AnswerReplay.ReplayEnd;
import dev.longstream.runs.launch.AnswerReplay.ReplayedAnswers;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.replay.ReplayedFork;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

@Command(
        name = "replay",
        description = {
            "Trains on another run's answers: scores, groups and batches them again with this configuration, from the same",
            "initial weights. Samples no training answers; only held-out questions are answered."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream replay quickstart --as same                       # reproduces topics and weights",
            "  longstream replay quickstart --as no-clip --set objective.loss.clip-high=10",
            "  longstream replay quickstart --as strict --config my.yaml    # another reward, advantage or objective",
            "  longstream replay quickstart --as strict --until groups      # scores and groups alone, in seconds",
            "  longstream diff quickstart strict                            # what the replay changed",
            "",
            "Lengths, order of questions and sampling are those of RUN, whatever the configuration sets. If another reward",
            "rejects more groups, the replay has fewer steps than RUN."
        })
final class ReplayCommand extends TrainingCommand {
    @Parameters(paramLabel = "RUN", description = "Name of the run whose answers are replayed.")
    private String source = "";

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the new run.")
    private String name = "";

    @Option(
            names = "--until",
            paramLabel = "TOPIC",
            description =
                    "Stop after scored, groups or batches: train nothing, and answer no held-out question. The same"
                            + " command without this option continues from there.")
    private @Nullable ReplayEnd until;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        if (options.run != null) {
            throw new WrongUseException("--run is not an option of replay; name the new run with --as");
        }
        options.run = name;
        ResolvedConfig resolved = options.load();
        if (source.equals(name)) {
            throw new WrongUseException("--as is " + name + ", the name of the replayed run; choose another name");
        }
        try (Progress progress = TerminalProgress.open()) {
            ReplayedFork.begin(resolved, source, progress);
            if (until != null) {
                ReplayedAnswers replayed = new AnswerReplay(resolved, source, until, progress).run();
                print(replayed, lines(replayed));
                return ExitCode.DONE;
            }
            return report(
                    Training.replay(resolved, source, progress).run(),
                    progress,
                    "This replay is finished; this is its report. Start a new one with another name: --as NAME");
        }
    }

    private static List<String> lines(ReplayedAnswers replayed) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Replayed %d answers of run %s up to %s: copied in %.1f s, processed in %.1f s",
                replayed.answers(),
                replayed.replayOf(),
                replayed.until().name().toLowerCase(Locale.ROOT),
                replayed.copySeconds(),
                replayed.stageSeconds()));
        if (replayed.groupsKept() != null) {
            lines.add(replayed.groupsKept() + " groups kept, " + replayed.groupsRejected() + " rejected");
        }
        if (replayed.batches() != null) {
            lines.add(replayed.batches() + " batches");
        }
        lines.add("See what changed: longstream diff " + replayed.replayOf() + " " + replayed.run());
        return lines;
    }
}
