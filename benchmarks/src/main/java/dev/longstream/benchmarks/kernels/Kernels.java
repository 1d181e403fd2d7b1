package dev.longstream.benchmarks.kernels;

import dev.longstream.policy.roofline.BfloatCheck;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Runs the kernels' JMH benchmarks, each in a process of its own with this process's JVM options.
 *
 * @param patterns regular expressions, one of which must match a part of a benchmark's name; empty: all benchmarks
 * @param parameters values by parameter name, in place of the benchmarks' own
 * @param threads threads of the tensor engine
 */
public record Kernels(List<String> patterns, Map<String, List<String>> parameters, int threads) {
    private static final String COMPUTE_TYPE = "computeType";

    public Kernels {
        patterns = List.copyOf(patterns);
        parameters = Map.copyOf(parameters);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
    }

    /**
     * Results as JMH formats them.
     *
     * @param table lines of a table for people
     * @param json an array with one entry for each benchmark and its parameters
     */
    public record Results(List<String> table, String json) {}

    /**
     * Measures the selected benchmarks.
     *
     * @param progress receives JMH's own output
     * @throws IllegalArgumentException if no benchmark matches
     * @throws IllegalStateException if a benchmark fails
     */
    public Results measure(PrintStream progress) {
        ChainedOptionsBuilder options = options()
                .mode(Mode.AverageTime)
                .forks(1)
                .warmupIterations(2)
                .measurementIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1))
                .jvmArgsAppend("-D" + PolicySize.THREADS_PROPERTY + "=" + threads);
        if (!parameters.containsKey(COMPUTE_TYPE) && !BfloatCheck.pays()) {
            options.param(COMPUTE_TYPE, "FLOAT32");
        }
        return run(options, progress);
    }

    /** Runs every selected benchmark once, in this process, to test that it works; the times mean nothing. */
    Results tryOut(PrintStream progress) {
        return run(
                options().mode(Mode.SingleShotTime).forks(0).warmupIterations(0).measurementIterations(1), progress);
    }

    private ChainedOptionsBuilder options() {
        ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true);
        patterns.forEach(options::include);
        parameters.forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
        return options;
    }

    private static Results run(ChainedOptionsBuilder options, PrintStream progress) {
        try {
            Collection<RunResult> results = new Runner(
                            options.build(), OutputFormatFactory.createFormatInstance(progress, VerboseMode.NORMAL))
                    .run();
            return new Results(
                    written(results, ResultFormatType.TEXT).lines().toList(), written(results, ResultFormatType.JSON));
        } catch (NoBenchmarksException e) {
            throw new IllegalArgumentException(
                    "No kernel's name matches, expected a part of one, such as StepKernels.attention", e);
        } catch (RunnerException e) {
            throw new IllegalStateException("A kernel failed: " + e.getMessage(), e);
        }
    }

    private static String written(Collection<RunResult> results, ResultFormatType format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        ResultFormatFactory.getInstance(format, to).writeOut(results);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
