package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.passes.DifficultyPass;
import dev.longstream.runs.preparation.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

@Command(
        name = "difficulty",
        description = {
            "Measures how hard a run's training questions are for one policy: several answers to each, scored by rule.",
            "Phases whose difficulty-of names the pass draw and filter by it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts publish --run try                # the questions, if the run has not begun",
            "  longstream difficulty --run try --as base           # of the policy that the run begins with",
            "  longstream difficulty --run try --as end-of-1 --model outputs/try/checkpoints/step-000040/model",
            "",
            "It writes to the run's difficulty topic, which a phase reads when it begins. After Ctrl-C the same command",
            "goes on with the questions that are left."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class DifficultyCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the pass.")
    private String name = "";

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "8",
            description = "Answers to each question (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Override
    ExitCode execute() {
        if (samples < 1 || name.isBlank()) {
            throw new WrongUseException(
                    "--samples is " + samples + " and --as '" + name + "', expected at least 1 and a name");
        }
        RunConfig config = options.loadStarted(err()).config();
        Path model = ModelFolder.of(config);
        ModelFolder.useComputeType(config);
        try (LogConnection open = LogConnection.existing(config);
                Progress progress = TerminalProgress.open()) {
            int measured = new DifficultyPass(config, open.log(), progress, name, samples).run(model);
            print(
                    Map.of("pass", name, "model", model.toString(), "measured", measured),
                    List.of(measured + " questions measured as " + name + ", " + samples + " answers each, by "
                            + model));
            return ExitCode.DONE;
        }
    }
}
