package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.report.ReportTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        description = {
            "Trains from another run's answers: scores, groups and batches them again under this configuration and",
            "begins with the same weights. Not one training token is sampled; held-out questions are answered."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream replay quickstart --as same                       # the same topics and weights again",
            "  longstream replay quickstart --as no-clip --set objective.loss.clip-high=10",
            "  longstream replay quickstart --as strict --config my.yaml    # another reward, advantage or objective",
            "",
            "Lengths, order of questions and sampling are what they were in RUN, whatever the configuration says of",
            "them. Where another reward rejects more groups there are fewer steps than RUN had."
        })
@AlsoEndsWith({
    ExitCode.IN_USE,
    ExitCode.STALLED,
    ExitCode.BAD_DATA,
    ExitCode.LEDGER_OPEN,
    ExitCode.UNREACHABLE,
    ExitCode.OUT_OF_MEMORY,
    ExitCode.INTERRUPTED
})
final class ReplayCommand extends CommandBase {
    @Parameters(paramLabel = "RUN", description = "Whose answers to take.")
    private String source = "";

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the new run.")
    private String name = "";

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() throws InterruptedException {
        if (options.run != null) {
            throw new WrongUseException("A replay is named by --as, not by --run");
        }
        options.run = name;
        ResolvedConfig resolved = options.load();
        if (source.equals(name)) {
            throw new WrongUseException("--as is " + name + ", the run itself; choose another name");
        }
        try (Progress progress = TerminalProgress.open()) {
            Training.Ended ended = Training.replay(resolved, source, progress).run();
            if (ended.before()) {
                progress.say("This replay is over; here is its report again. Another name with --as starts anew.");
            }
            print(ended.report(), ReportTable.lines(ended.report()));
            progress.say("More in " + ended.folder() + ": report.json, curves.svg, checkpoints");
            return ended.report().ledger().closes() ? ExitCode.DONE : ExitCode.LEDGER_OPEN;
        }
    }
}
