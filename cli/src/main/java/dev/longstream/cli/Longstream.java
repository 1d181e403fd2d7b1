package dev.longstream.cli;

import dev.longstream.cli.command.Commands;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.exit.ExitCodes;
import dev.longstream.cli.logging.LogFormat;
import dev.longstream.cli.terminal.Shown;
import dev.longstream.config.ConfigurationException;
import dev.longstream.config.PrintableAddress;
import dev.longstream.log.rights.Denials;
import dev.longstream.policy.model.MemoryShortage;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            scope = CommandLine.ScopeType.INHERIT,
            defaultValue = "${env:" + LogFormat.VARIABLE + ":-text}",
            description = "Lines on standard error and in RUN/logs: text or json (default: " + LogFormat.VARIABLE
                    + ", else text).")
    private LogFormat logFormat = LogFormat.TEXT;

    private Longstream() {}

    public static void main(String[] arguments) {
        settleProcess();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit = commandLine(out, err).execute(arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /** Makes this process independent of what machines differ in, before the first library asks. */
    private static void settleProcess() {
        // Kafka, among others, changes the case of its words and writes the digits of its file names by the default
        // locale.
        Locale.setDefault(Locale.ROOT);
        NativeFolders.choose();
        if ("dumb".equals(System.getenv("TERM"))) {
            System.setProperty("picocli.ansi", "false");
        }
    }

    /** The whole command line, writing to the given streams. */
    public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        Longstream longstream = new Longstream();
        CommandLine line = new CommandLine(longstream);
        Commands.addTo(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.list());
        line.registerConverter(Path.class, Longstream::path);
        line.setOut(out);
        line.setErr(err);
        line.setExecutionStrategy(parsed -> {
            longstream.logFormat.use();
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            ExitCode exit = ExitCodes.of(failure);
            String message = PrintableAddress.of(message(failure));
            Consumer<String> terminal =
                    words -> command.getErr().println(Ansi.AUTO.string("@|bold,red error:|@ ") + words);
            if (exit == ExitCode.INTERRUPTED) {
                Shown.interruption(message, terminal);
            } else {
                Shown.failure(message, failure, terminal);
            }
            LoggerFactory.getLogger(Longstream.class).debug("The command failed", failure);
            return exit.code();
        });
        return line;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no path here: " + withLocale(e));
        }
    }

    private static String withLocale(InvalidPathException failure) {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        return failure.getReason()
                + (encoding.equalsIgnoreCase("UTF-8")
                        ? ""
                        : "; the locale's encoding is " + encoding
                                + ", which has no other letters: set LC_ALL to a UTF-8 locale such as C.UTF-8");
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
        if (Denials.behind(failure) instanceof AuthorizationException) { // a role's own failure names the right
            text.append("\n  'longstream acls' prints the rights that every role and command needs");
        }
        if (isOfNativeLibrary(failure)) {
            text.append("\n  ").append(NativeFolders.advice());
        }
        return text.toString();
    }

    private static boolean isOfNativeLibrary(Throwable failure) {
        return Stream.<@Nullable Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(UnsatisfiedLinkError.class::isInstance);
    }

    private static String said(Throwable failure) {
        if (failure instanceof InvalidPathException path) {
            return "'" + path.getInput() + "' is no path here: " + withLocale(path);
        }
        String message = failure.getMessage();
        return MemoryShortage.of(failure).orElse(message == null || message.isBlank() ? failure.toString() : message);
    }
}
