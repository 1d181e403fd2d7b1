package dev.longstream.cli.command;

import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
            "",
            "Lengths, order of questions and sampling are those of RUN, whatever the configuration sets. If another reward",
            "rejects more groups, the replay has fewer steps than RUN."
        })
final class ReplayCommand extends TrainingCommand {
    @Parameters(paramLabel = "RUN", description = "Name of the run whose answers are replayed.")
    private String source = "";

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the new run.")
    private String name = "";

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
            return report(
                    Training.replay(resolved, source, progress).run(),
                    progress,
                    "This replay is finished; this is its report. Start a new one with another name: --as NAME");
        }
    }
}
