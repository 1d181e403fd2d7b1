package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.runs.difference.RunDifference;
import dev.longstream.runs.log.LogConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description = {
            "Compares two runs on one broker, record by record: rewards, kept and rejected groups, advantages, batches and",
            "steps. Mostly OTHER is a replay of RUN; a replay that trains nothing (--until) is enough."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream replay quickstart --as strict --until batches --config my.yaml",
            "  longstream diff quickstart strict",
            "  longstream diff quickstart strict --json | jq .groups"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class DiffCommand extends CommandBase {
    @Parameters(index = "0", paramLabel = "RUN", description = "Name of the first run.")
    private String run = "";

    @Parameters(index = "1", paramLabel = "OTHER", description = "Name of the second run.")
    private String other = "";

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() {
        if (options.run != null) {
            throw new WrongUseException("--run is not an option of diff; name the two runs as its arguments");
        }
        options.run = run;
        try (LogConnection open =
                LogConnection.existing(options.loadStarted(err()).config())) {
            EventLog log = open.log();
            RunDifference difference = RunDifference.of(log, log.ofRun(other));
            print(difference, difference.lines());
            return ExitCode.DONE;
        }
    }
}
