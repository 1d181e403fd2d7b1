package dev.longstream.cli.command;

import dev.longstream.runs.config.ResolvedConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;

/** Run that a command looks at or changes, and that was started before. Its name is a word, or is given by --run. */
final class StartedRun {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..1",
            description = "Name of the run (default: the run under way, or else the newest).")
    private @Nullable String name;

    @Mixin
    private final RunOptions options = new RunOptions();

    /**
     * Loads the configuration of the run.
     *
     * @param err receives the name of the run if the user gave none
     * @throws dev.longstream.failure.WrongUseException if the word and {@code --run} both name a run
     */
    ResolvedConfig load(PrintWriter err) {
        options.takeRun(name);
        return options.loadStarted(err);
    }
}
