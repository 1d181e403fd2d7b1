package dev.longstream.microbenchmarks;

import dev.longstream.policy.roofline.BfloatCheck;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.util.Collection;

/** Runs the microbenchmarks with JMH's own options, each benchmark in a process of its own. */
public final class Microbenchmarks {
    private static final String COMPUTE_TYPE = "computeType";
    private static final int WRONG_USE = 2;

    private Microbenchmarks() {}

    /**
     * Runs what the arguments choose and prints JMH's table.
     *
     * @param arguments JMH's command line: patterns of benchmark names and options such as {@code -p prompt=2048}
     */
    public static void main(String... arguments) throws RunnerException {
        try {
            run(arguments);
        } catch (CommandLineOptionException | IllegalArgumentException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(WRONG_USE);
        }
    }

    /**
     * Runs what the arguments choose. Products are computed in float32 alone where bfloat16 is no faster, unless the arguments
     * choose.
     *
     * @throws IllegalArgumentException when no benchmark's name matches
     * @throws RunnerException          when a benchmark fails
     */
    static Collection<RunResult> run(String... arguments) throws CommandLineOptionException, RunnerException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        ChainedOptionsBuilder options = new OptionsBuilder().parent(given).shouldFailOnError(true);
        if (!given.getParameter(COMPUTE_TYPE).hasValue() && !BfloatCheck.pays()) {
            options.param(COMPUTE_TYPE, "FLOAT32");
        }
        try {
            return new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            throw new IllegalArgumentException(
                    "no benchmark's name matches " + given.getIncludes()
                            + ", expected a regular expression that matches part of one such as StepKernels.attention",
                    e);
        }
    }
}
