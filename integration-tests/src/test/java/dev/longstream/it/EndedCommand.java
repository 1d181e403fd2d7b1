package dev.longstream.it;

import dev.longstream.cli.Longstream;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A command of {@code longstream} that ran in this process, whose classes are loaded and compiled once for all commands of all
 * tests. A command that is to be killed, or whose process matters, is a {@link CommandProcess}.
 *
 * @param exit exit status
 * @param output what it wrote to standard output
 * @param errors what this process wrote to standard error meanwhile
 */
record EndedCommand(int exit, String output, String errors) {
    /** Runs a command to its end. Runs no two at the same time: standard error is that of the process. */
    static EndedCommand run(List<String> words) {
        StringWriter output = new StringWriter();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        PrintStream captured = new PrintStream(errors, true, StandardCharsets.UTF_8);
        System.setErr(captured);
        try {
            int exit = Longstream.commandLine(new PrintWriter(output), new PrintWriter(captured, true))
                    .execute(words.toArray(String[]::new));
            return new EndedCommand(exit, output.toString(), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    /** Runs a command to its end and requires that it succeeds. */
    static EndedCommand succeed(List<String> words) {
        EndedCommand ended = run(words);
        assertThat(ended.exit).as(ended.errors).isZero();
        return ended;
    }
}
