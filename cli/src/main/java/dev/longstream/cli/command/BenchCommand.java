package dev.longstream.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.longstream.benchmarks.Benchmark;
import dev.longstream.benchmarks.Figures;
import dev.longstream.benchmarks.kernels.Kernels;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.TopicReader;
import dev.longstream.progress.Progress;
import dev.longstream.record.Step;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.report.BenchTable;
import dev.longstream.runs.report.LoopFigures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

@Command(
        name = "bench",
        description = "Measures the speed of the policy engine and compares it with other tools and this machine's peak.",
        subcommands = {
            BenchCommand.StepBench.class,
            BenchCommand.SampleBench.class,
            BenchCommand.PrefillBench.class,
            BenchCommand.KernelBench.class,
            BenchCommand.LoopBench.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream bench sample                                        # with the policy that ships",
            "  longstream bench step --model FOLDER --prompt 512,2048 --json",
            "  longstream bench step --prompt 1024,4096,16384 --plot cost.svg   # cost against length",
            "  longstream bench sample --model FOLDER --prompt 2048 --peers DIR --gguf FILE --repeat 1",
            "  longstream bench kernels attention --param prompt=2048         # single kernels",
            "  longstream bench loop --run timed --steps 10                   # the whole loop"
        })
final class BenchCommand {
    /** Base of the benchmarks that measure a list of shapes. */
    private abstract static class ShapeBench extends CommandBase {
        @Mixin
        private final BenchOptions options = new BenchOptions();

        abstract Benchmark benchmark();

        @Override
        final ExitCode execute() {
            List<Figures> figures = options.measure(benchmark());
            options.plot(figures);
            print(BenchTable.json(figures), BenchTable.lines(figures));
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "step",
            description = "Measures a gradient step on one group: forward, backward, clipping, AdamW.")
    static final class StepBench extends ShapeBench {
        @Override
        Benchmark benchmark() {
            return Benchmark.STEP;
        }
    }

    @Command(
            name = "sample",
            description = "Measures sampling of the answers to one prompt, at temperature 0.7 and top-p 0.95.")
    static final class SampleBench extends ShapeBench {
        @Override
        Benchmark benchmark() {
            return Benchmark.SAMPLE;
        }
    }

    @Command(name = "prefill", description = "Measures the prefill of one prompt, up to the first answer token.")
    static final class PrefillBench extends ShapeBench {
        @Override
        Benchmark benchmark() {
            return Benchmark.PREFILL;
        }
    }

    @Command(
            name = "kernels",
            description = {
                "Measures single kernels of a gradient step, of sampling and of the log with JMH.",
                "Uses a policy of SmolLM2-135M's size with random weights."
            })
    static final class KernelBench extends CommandBase {
        @Parameters(
                arity = "0..*",
                paramLabel = "PATTERN",
                description = "Regular expressions; a kernel runs if its name contains a match (default: all).")
        private List<String> patterns = List.of();

        @Option(
                names = "--param",
                paramLabel = "NAME=VALUE[,VALUE...]",
                description =
                        "Measure only these values of prompt, answerTokens or computeType (FLOAT32,BFLOAT16).")
        private Map<String, String> parameters = Map.of();

        @Option(
                names = "--threads",
                paramLabel = "N",
                defaultValue = "1",
                description = "Compute threads of the engine (default: 1).")
        private int threads;

        @Override
        ExitCode execute() throws JsonProcessingException {
            Map<String, List<String>> values = new HashMap<>();
            parameters.forEach((name, text) -> values.put(name, List.of(text.split(","))));
            try {
                Kernels.Results results = new Kernels(patterns, values, threads).measure(System.err);
                print(JSON.readTree(results.json()), results.table());
            } catch (IllegalArgumentException e) {
                throw new WrongUseException(String.valueOf(e.getMessage()), e);
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "loop",
            description = {
                "Measures the whole loop: trains a run as 'train' does, then computes its throughput from the log.",
                "For a finished run, only computes the throughput."
            })
    static final class LoopBench extends CommandBase {
        @Mixin
        private final RunOptions options = new RunOptions();

        @Override
        ExitCode execute() throws InterruptedException {
            ResolvedConfig resolved = options.load();
            try (Progress progress = TerminalProgress.open()) {
                new Training(resolved, progress).run();
            }
            List<Step> steps = new ArrayList<>();
            try (LogConnection open = LogConnection.existing(resolved.config())) {
                TopicReader.readAll(open.log(), open.log().topics().steps(), record -> steps.add(record.value()));
            }
            LoopFigures figures = LoopFigures.of(steps);
            print(figures, figures.lines());
            return ExitCode.DONE;
        }
    }
}
