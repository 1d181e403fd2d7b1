package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.progress.Progress;
import dev.longstream.runs.quickstart.StartingWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "make-starting-weights",
        description = "Trains the policy that ships with Longstream from random weights.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream make-starting-weights --out made     # on one core, 15 to 20 minutes",
            "",
            "After an interruption the same command continues where it stopped. The result is a model folder in Hugging",
            "Face's layout, for --model."
        })
@AlsoEndsWith({ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class StartingWeightsCommand extends CommandBase {
    private String part = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the checkpoints and the resulting model.")
    private Path folder = Path.of("");

    @Override
    ExitCode execute() {
        try (Progress progress = TerminalProgress.open()) {
            Path made = new StartingWeights(folder, step -> show(step, progress)).make();
            print(Map.of("model", made.toString()), List.of(made.toString()));
        }
        return ExitCode.DONE;
    }

    private void show(StartingWeights.StartingWeightsProgress at, Progress progress) {
        String now = at.part() + ", seed " + at.seed();
        if (!now.equals(part)) {
            part = now;
            progress.begin(now, at.step().totalSteps());
        }
        progress.at(
                at.step().step(),
                String.format(
                        Locale.ROOT,
                        "loss %.3f  probability %.2f",
                        at.step().loss(),
                        at.step().probability()));
    }
}
