package dev.longstream.cli;

import dev.longstream.cli.command.Commands;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.exit.ExitCodes;
import dev.longstream.config.ConfigurationException;
import dev.longstream.policy.model.MemoryShortage;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** {@code longstream}: one command for people. */
@Command(
        name = "longstream",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        sortOptions = false,
        description = "Asynchronous reinforcement learning for long-context language models, on an event log.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands, in the order one needs them:%n",
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream doctor                                  # is this machine fit for it?",
            "  longstream train                                   # the quickstart: a small policy gets better",
            "  longstream init --model FOLDER --prompts FILE      # a commented configuration for your own",
            "  longstream train --dry-run                         # what would be done, with every setting",
            "  longstream train --config examples/smollm2.yaml --model FOLDER --prompts FILE",
            "  longstream status                                  # of the run in outputs/, in another terminal",
            "  longstream inspect trajectories --last 3           # what the policy wrote",
            "  longstream audit                                   # what became of every trajectory",
            "",
            "Settings come from --config FILE, then LONGSTREAM_… variables, then flags; the later wins.",
            "Results go to standard output, progress to standard error; every command takes --json.",
            "'longstream help COMMAND' says more."
        })
public final class Longstream {
    private Longstream() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit = commandLine(out, err).execute(arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /** The whole command line, writing to the given streams. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Longstream());
        Commands.addTo(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.list());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(Ansi.AUTO.string("@|bold,red error:|@ ") + message(failure));
            LoggerFactory.getLogger(Longstream.class).debug("The command failed", failure);
            return ExitCodes.of(failure).code();
        });
        return line;
    }

    private static String message(Throwable failure) {
        if (failure instanceof ConfigurationException refused) {
            return refused.problems().size() == 1
                    ? refused.problems().get(0)
                    : refused.problems().size() + " problems with the configuration\n  - "
                            + String.join("\n  - ", refused.problems());
        }
        StringBuilder text = new StringBuilder(said(failure));
        for (@Nullable Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (text.indexOf(said(cause)) < 0) {
                text.append("\n  because: ").append(said(cause));
            }
        }
        return text.toString();
    }

    private static String said(Throwable failure) {
        String message = failure.getMessage();
        return MemoryShortage.of(failure).orElse(message == null || message.isBlank() ? failure.toString() : message);
    }
}
