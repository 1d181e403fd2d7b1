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
 * Runs the kernels' benchmarks, each in a process of its own with this one's options.
 *
 * @param patterns   regular expressions, one of which a benchmark's name has to match in part; none: all
 * @param parameters name to values, in place of the benchmarks' own
 * @param threads    that the engine computes with
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
     * What was measured, as JMH writes it.
     *
     * @param table for people
     * @param json  an array with an entry for each benchmark and its parameters
     */
    public record Results(List<String> table, String json) {}

    /**
     * Measures.
     *
     * @param progress where JMH tells what it does
     * @throws IllegalArgumentException when no benchmark matches
     * @throws IllegalStateException    when one fails
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

    /** Everything once, in this process: whether it runs, not how fast. */
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
                    "no kernel's name matches, expected part of one such as StepKernels.attention", e);
        } catch (RunnerException e) {
            throw new IllegalStateException("a kernel failed: " + e.getMessage(), e);
        }
    }

    private static String written(Collection<RunResult> results, ResultFormatType format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        ResultFormatFactory.getInstance(format, to).writeOut(results);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
