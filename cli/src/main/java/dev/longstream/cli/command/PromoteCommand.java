package dev.longstream.cli.command;

import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.record.Control;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.log.ControlTopic;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.shadows.PromotionOrder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Map;

@Command(
        name = "promote",
        description = {
            "Lets a run train on the reward of one of its shadows, from the beginning of a phase on.",
            "Groups that were admitted before keep the reward that they had. The command is written to the log, with its"
                    + " author and reason."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream promote quickstart --shadow strict --why 'the rule pays for copied numbers'",
            "  longstream promote quickstart --shadow strict --phase long    # a phase that has not begun",
            "",
            "Shadows are the rewards in scoring.shadows. 'longstream compare' says what one would change, 'longstream status'"
                    + " which ones are promoted."
        })
@AlsoEndsWith({ExitCode.IN_USE, ExitCode.UNREACHABLE})
final class PromoteCommand extends CommandBase {
    @Option(names = "--shadow", paramLabel = "SHADOW", required = true, description = "Name of the shadow.")
    private String shadow = "";

    @Option(
            names = "--phase",
            paramLabel = "PHASE",
            description = "First phase that the shadow's reward scores (default: the next one).")
    private @Nullable String phase;

    @Mixin
    private final AuthorOptions author = new AuthorOptions();

    @Mixin
    private final StartedRun run = new StartedRun();

    @Override
    ExitCode execute() {
        ResolvedConfig resolved = run.load(err());
        try (LogConnection open = LogConnection.existing(resolved.config())) {
            Control command =
                    new PromotionOrder(resolved, open.log(), shadow).command(phase, author.who(), author.why());
            long offset = ControlTopic.write(open.log(), command);
            print(
                    Map.of(
                            "shadow",
                            shadow,
                            "phase",
                            String.valueOf(command.getPhase()),
                            "who",
                            author.who(),
                            "why",
                            author.why(),
                            "offset",
                            offset),
                    List.of("The shadow " + shadow + " scores the groups from phase " + command.getPhase()
                            + " on; wrote promote at offset " + offset + " of "
                            + open.log().topics().control().name()));
            return ExitCode.DONE;
        }
    }
}
