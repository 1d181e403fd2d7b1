package dev.longstream.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.Shown;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Base class of commands. Results go to standard output, as text or as JSON; everything else goes to standard error.
 */
abstract class CommandBase implements Callable<Integer> {
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /** Runs the command and returns its exit code. */
    abstract ExitCode execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        try {
            ExitCode exit = execute();
            out().flush();
            return exit.code();
        } catch (OutOfMemoryError e) {
            // The command line hands on exceptions alone, and the other threads would keep the process.
            throw new IllegalStateException("Not enough memory", e);
        } catch (LinkageError e) {
            throw new IllegalStateException("A library could not be loaded", e);
        }
    }

    final boolean json() {
        return json;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Shows words on standard error and writes them to the log. */
    final void say(String words) {
        Shown.words(words, err()::println);
    }

    /** Prints {@code value} as JSON where that was asked for, else the lines. */
    final void print(Object value, List<String> lines) {
        if (json) {
            out().println(text(value));
        } else {
            lines.forEach(out()::println);
        }
    }

    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
