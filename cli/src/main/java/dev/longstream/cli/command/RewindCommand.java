package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

@Command(
        name = "rewind",
        description = {
            "Goes back to an earlier step of a run, under a new name. The log of a run only grows, and what was trained stays",
            "trained: RUN keeps its steps and its ledger, and the new run continues from STEP with new answers."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream rewind quickstart --to 40                  # makes quickstart-from-40",
            "",
            "The same as 'fork RUN --at STEP --as RUN-from-STEP' without changes to the configuration."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.BAD_DATA, ExitCode.UNREACHABLE})
final class RewindCommand extends CommandBase {
    @Parameters(paramLabel = "RUN", description = "Name of the run to go back in.")
    private String source = "";

    @Option(names = "--to", paramLabel = "STEP", required = true, description = "Step to go back to.")
    private long step;

    @Option(names = "--as", paramLabel = "NAME", description = "Name of the new run (default: RUN-from-STEP).")
    private @Nullable String name;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Override
    ExitCode execute() {
        Forking forking =
                Forking.prepare(options, source, Objects.requireNonNullElse(name, source + "-from-" + step), step);
        List<String> lines = new ArrayList<>(forking.lines());
        lines.add("Run " + source + " is unchanged: its log keeps what it trained after step " + step + ".");
        print(forking.result(), lines);
        return ExitCode.DONE;
    }
}
