package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "fork",
        description = {
            "Makes a new run that begins at a step of another run: with its weights, optimizer state, place in the curriculum,",
            "difficulties and questions. RUN is not changed and may be under way. 'train' continues the new run."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream fork quickstart --at 40 --as calmer --set trainer.learning-rate=5e-5",
            "  longstream fork quickstart --at 40 --as again                # the same configuration",
            "",
            "The checkpoint of STEP must be whole; trainer.keep-checkpoints says how many are kept so. Without --config the",
            "new run has the configuration of RUN. Steps keep their numbers, so --steps counts from version 0."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
final class ForkCommand extends CommandBase {
    @Parameters(paramLabel = "RUN", description = "Name of the run to begin from.")
    private String source = "";

    @Option(
            names = "--at",
            paramLabel = "STEP",
            required = true,
            description = "Step of RUN at which the new run begins.")
    private long step;

    @Option(names = "--as", paramLabel = "NAME", required = true, description = "Name of the new run.")
    private String name = "";

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() {
        Forking forking = Forking.prepare(options, source, name, step);
        print(forking.result(), forking.lines());
        return ExitCode.DONE;
    }
}
