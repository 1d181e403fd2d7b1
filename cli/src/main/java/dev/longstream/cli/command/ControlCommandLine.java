package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.failure.WrongUseException;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.log.LogConnection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

@Command(
        name = "control",
        description = "Writes a control command for a run's curriculum to the log, with its author and reason.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream control pause --why 'looking at the answers'",
            "  longstream control resume",
            "  longstream control advance --why 'the reward of phase I is flat'   # start the next phase",
            "  longstream control rollback --for 5    # return to the previous phase for 5 of the remaining steps",
            "  longstream control stop                # admit no more questions; the run ends when the assigned ones are trained"
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class ControlCommandLine extends CommandBase {
    /** Control commands, spelt as on the command line. */
    enum Instruction {
        advance,
        pause,
        resume,
        rollback,
        stop
    }

    @Mixin
    private final RunOptions options = new RunOptions();

    @Parameters(paramLabel = "COMMAND", description = "One of ${COMPLETION-CANDIDATES}.")
    private Instruction instruction = Instruction.pause;

    @Mixin
    private final AuthorOptions author = new AuthorOptions();

    @Option(
            names = "--for",
            paramLabel = "STEPS",
            description = "For rollback: gradient steps of the previous phase (default: as many as it had before).")
    private @Nullable Integer steps;

    @Override
    ExitCode execute() {
        if (steps != null && instruction != Instruction.rollback) {
            throw new WrongUseException("--for is an option of rollback only, not of " + instruction.name());
        }
        try (LogConnection open =
                LogConnection.existing(options.loadStarted(err()).config())) {
            Control control = Control.newBuilder()
                    .setCommand(ControlCommand.valueOf(instruction.name().toUpperCase(Locale.ROOT)))
                    .setWho(author.who())
                    .setWhy(author.why())
                    .setAt(Instant.now())
                    .setSteps(steps)
                    .build();
            long offset = ControlTopic.write(open.log(), control);
            print(
                    Map.of("command", instruction.name(), "who", author.who(), "why", author.why(), "offset", offset),
                    List.of("Wrote " + instruction.name() + " at offset " + offset + " of "
                            + open.log().topics().control().name()));
            return ExitCode.DONE;
        }
    }
}
