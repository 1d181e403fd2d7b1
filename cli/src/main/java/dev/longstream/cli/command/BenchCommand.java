package dev.longstream.cli.command;

import dev.longstream.benchmarks.BenchTable;
import dev.longstream.benchmarks.Benchmark;
import dev.longstream.benchmarks.Figures;
import dev.longstream.cli.exit.AlsoEndsWith;
import dev.longstream.cli.exit.ExitCode;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.log.TopicReader;
import dev.longstream.progress.Progress;
import dev.longstream.record.Step;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.launch.Training;
import dev.longstream.runs.log.LogConnection;
import dev.longstream.runs.report.LoopFigures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.List;

@Command(
        name = "bench",
        description =
                "Measures the speed of the policy engine and compares it with other tools and this machine's peak.",
        subcommands = {
            BenchCommand.StepBench.class,
            BenchCommand.SampleBench.class,
            BenchCommand.PrefillBench.class,
            BenchCommand.LoopBench.class,
            ScheduleBenchCommand.class,
            ScriptBenchCommand.class,
            ScoringBenchCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  longstream bench sample                                        # with the policy that ships",
            "  longstream bench step --model FOLDER --prompt 512,2048 --json",
            "  longstream bench step --prompt 1024,4096,16384 --plot cost.svg   # cost against length",
            "  longstream bench sample --model FOLDER --prompt 2048 --peers DIR --gguf FILE --repeat 1",
            "  longstream bench loop --run timed --steps 10                   # the whole loop",
            "  longstream bench schedule                                      # the loop in virtual time",
            "  longstream bench scoring                                       # from answers to batches"
        })
final class BenchCommand {
    /** Base of the benchmarks that measure a list of shapes. */
    @AlsoEndsWith({ExitCode.BAD_DATA, ExitCode.OUT_OF_MEMORY})
    private abstract static class ShapeBench extends CommandBase {
        @Mixin
        private final BenchOptions options = new BenchOptions();

        private final Benchmark benchmark;

        ShapeBench(Benchmark benchmark) {
            this.benchmark = benchmark;
        }

        @Override
        final ExitCode execute() {
            List<Figures> figures = options.measure(benchmark);
            options.plot(figures);
            print(BenchTable.json(figures), BenchTable.lines(figures));
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "step",
            description = "A gradient step on one group: forward, backward, clipping, AdamW.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream bench step --model FOLDER --prompt 512,2048 --json",
                "  longstream bench step --prompt 1024,4096,16384 --plot cost.svg   # cost against length"
            })
    static final class StepBench extends ShapeBench {
        StepBench() {
            super(Benchmark.STEP);
        }
    }

    @Command(
            name = "sample",
            description = "Sampling the answers to one prompt, at temperature 0.7 and top-p 0.95.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream bench sample                                          # the policy that ships",
                "  longstream bench sample --model FOLDER --prompt 2048 --peers DIR --gguf FILE --repeat 1"
            })
    static final class SampleBench extends ShapeBench {
        SampleBench() {
            super(Benchmark.SAMPLE);
        }
    }

    @Command(
            name = "prefill",
            description = "Reading one prompt, up to the first token of an answer.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  longstream bench prefill                                         # the policy that ships",
                "  longstream bench prefill --model FOLDER --prompt 2048"
            })
    static final class PrefillBench extends ShapeBench {
        PrefillBench() {
            super(Benchmark.PREFILL);
        }
    }

    @Command(
            name = "loop",
            description = {
                "The whole loop: runs it as 'train' does, then says from its log how fast it went.",
                "Of a run that is over, only the latter."
            },
            footerHeading = "%nExamples:%n",
            footer = "  longstream bench loop --run timed --steps 10")
    static final class LoopBench extends TrainingCommand {
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
