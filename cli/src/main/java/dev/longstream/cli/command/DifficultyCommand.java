package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ModelFolder;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.runs.folder.FilesOfRun;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.passes.DifficultyPass;
import dev.longstream.runs.passes.MeasuredPrompts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

@Command(
        name = "difficulty",
        description = {
            "Measures the difficulty of a run's training questions for one policy: samples several answers to each question",
            "and scores them by the run's reward. A phase with difficulty-of: NAME selects its questions by the result."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream prompts publish --run try                # publish the questions, if the run has not started",
            "  longstream difficulty --run try --as base           # difficulty for the run's initial policy",
            "  longstream difficulty --run try --as end-of-1 --model outputs/try/checkpoints/step-000040/model",
            "",
            "The result is written to the run's difficulty topic, which a phase reads when it starts. After Ctrl-C the same",
            "command continues with the remaining questions. phases[].difficulty-samples lets the run measure by itself."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE, ExitCode.OUT_OF_MEMORY, ExitCode.INTERRUPTED})
final class DifficultyCommand extends CommandBase {
    @Mixin
    private final RunOptions options = new RunOptions();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            required = true,
            description = "Name of the result, for difficulty-of.")
    private String name = "";

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "8",
            description = "Answers per question (default: ${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--phase",
            paramLabel = "NAME",
            description = "Limit answers as this phase does (default: sampling.max-tokens).")
    private @Nullable String phase;

    @Override
    ExitCode execute() {
        if (samples < 1 || name.isBlank()) {
            throw new WrongUseException("--samples is " + samples + " and --as is '" + name
                    + "', expected at least 1 sample and a name that is not blank");
        }
        RunConfig config = options.loadStarted(err()).config();
        Path model = ModelFolder.of(config);
        ModelFolder.useComputeType(config);
        try (LogConnection open = LogConnection.existing(config);
                Progress progress = TerminalProgress.open();
                PolicyFolder policy = PolicyFolder.open(model)) {
            int measured = new DifficultyPass(
                            config,
                            open.log(),
                            FilesOfRun.inFolder(config, open.log().topics()),
                            MeasuredPrompts.all(name, samples, maxTokens(config)),
                            progress)
                    .run(policy, 0, () -> false);
            print(
                    Map.of("pass", name, "model", model.toString(), "measured", measured),
                    List.of("Measured " + measured + " questions as " + name + ", with " + samples
                            + " answers each from " + model));
            return ExitCode.DONE;
        }
    }

    private int maxTokens(RunConfig config) {
        if (phase == null) {
            return config.sampling().maxTokens();
        }
        List<PhaseSection> phases = config.phases();
        PhaseSection limiting = phases.stream()
                .filter(one -> one.name().equals(phase))
                .findFirst()
                .orElseThrow(() -> new WrongUseException("--phase is '" + phase + "', expected one of "
                        + phases.stream().map(PhaseSection::name).toList()));
        return config.maxTokensOf(limiting);
    }
}
