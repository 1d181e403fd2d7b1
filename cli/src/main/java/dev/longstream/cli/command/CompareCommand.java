package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.shadows.ComparisonText;
import dev.longstream.runs.shadows.LogComparison;
import dev.longstream.runs.shadows.ShadowComparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "compare",
        description = {
            "Compares a run's rewards with those of a shadow, from the log alone.",
            "Says how often both agree, which groups each would train on, how advantages and batches differ, and what the"
                    + " shadow's judge cost."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream compare --with strict               # of the run under way, or else the newest",
            "  longstream compare quickstart --with strict",
            "  longstream compare quickstart --with strict --json | jq '.slices[0].answers.share'",
            "",
            "Shadows are the rewards in scoring.shadows; 'longstream status' says how far each is."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class CompareCommand extends CommandBase {
    @Option(names = "--with", paramLabel = "SHADOW", required = true, description = "Name of the shadow.")
    private String shadow = "";

    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() {
        RunConfig config = run.load(err()).config();
        try (LogConnection open = LogConnection.existing(config)) {
            ShadowComparison comparison = LogComparison.of(open.log(), shadow, config);
            print(comparison, ComparisonText.lines(comparison));
            return ExitCode.DONE;
        }
    }
}
