package dev.longstream.cli.command;

import dev.longstream.benchmarks.BenchCurves;
import dev.longstream.benchmarks.Benchmark;
import dev.longstream.benchmarks.Figures;
import dev.longstream.benchmarks.Peers;
import dev.longstream.benchmarks.Shape;
import dev.longstream.charts.SvgFile;
import dev.longstream.cli.terminal.TerminalProgress;
import dev.longstream.failure.WrongUseException;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;
import dev.longstream.progress.Progress;
import dev.longstream.runs.config.ComputeTypeChoice;
import dev.longstream.runs.config.ModelFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Options of {@code longstream bench}: shapes, repetitions and the tools to compare with. */
final class BenchOptions {
    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "Model folder in Hugging Face's layout (default: the policy that ships).")
    private @Nullable Path model;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            split = ",",
            defaultValue = "512,1024",
            description = "Prompt lengths, separated by commas (default: ${DEFAULT-VALUE}).")
    private List<Integer> prompts = List.of();

    @Option(names = "--answers", paramLabel = "G", defaultValue = "8", description = "Answers per prompt (default: 8).")
    private int answers;

    @Option(
            names = "--answer-length",
            paramLabel = "TOKENS",
            defaultValue = "128",
            description = "Tokens per answer (default: 128).")
    private int answerLength;

    @Option(
            names = "--questions",
            paramLabel = "Q",
            defaultValue = "1",
            description =
                    "Groups in a gradient step, whose prompts share a prefix and differ in their last 32 tokens (default: 1,"
                            + " without a shared prefix).")
    private int questions;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed runs of each tool; the median is reported (default: 3).")
    private int repeat;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Compute threads of Longstream; other tools use their own default (default: one per processor).")
    private int threads;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description =
                    "Memory budget of a gradient step for weights, moments and activations (default: half the machine's).")
    private int memoryMebibytes;

    @Option(
            names = "--peers",
            paramLabel = "DIR",
            description =
                    "Folder of the command 'peers', which measures other tools on the same shapes, alternating with"
                            + " Longstream.")
    private @Nullable Path peers;

    @Option(
            names = "--peer-dtype",
            paramLabel = "DTYPE",
            description =
                    "Number format of the other tools: bf16 or f32 (default: bf16 if it is faster on this machine).")
    private @Nullable String peerDtype;

    @Option(
            names = "--compute-type",
            paramLabel = "auto|float32|bfloat16",
            defaultValue = "AUTO",
            description = "Number format of Longstream's matrix products, like model.compute-type (default: auto).")
    private ComputeTypeChoice computeType = ComputeTypeChoice.AUTO;

    @Option(
            names = "--peer-options",
            paramLabel = "OPTION[,OPTION...]",
            split = ",",
            description = "Further options of the tools in 'bench step', e.g. --checkpointing for long prompts.")
    private List<String> peerOptions = List.of();

    @Option(
            names = "--gguf",
            paramLabel = "FILE",
            description = "Model file for llama.cpp, to compare sampling with it too.")
    private @Nullable Path gguf;

    @Option(names = "--plot", paramLabel = "FILE", description = "SVG file for a plot of cost against prompt length.")
    private @Nullable Path plot;

    /** Writes the plot of the figures if {@code --plot} names a file. */
    void plot(List<Figures> figures) {
        if (plot != null) {
            SvgFile.write(plot, BenchCurves.svg(figures));
        }
    }

    /** Runs the benchmark for every prompt length and returns the figures in this order. */
    List<Figures> measure(Benchmark benchmark) {
        if (threads < 0 || memoryMebibytes < 0) {
            throw new WrongUseException("--threads is " + threads + " and --memory is " + memoryMebibytes
                    + ", neither may be negative; 0 chooses a default");
        }
        TorchEngine.useThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        Path folder = ModelFolder.of(model);
        List<Figures> figures = new ArrayList<>();
        try (Progress progress = TerminalProgress.open()) {
            boolean bf16 = BfloatCheck.works();
            computeType.use(ModelConfig.in(folder));
            for (int prompt : prompts) {
                Shape shape = new Shape(prompt, answers, answerLength, benchmark == Benchmark.STEP ? questions : 1);
                figures.add(benchmark.measure(
                        folder,
                        shape,
                        peers(benchmark, folder),
                        repeat,
                        memoryMebibytes,
                        bf16,
                        stage -> progress.say("prompt " + prompt + ": " + stage)));
            }
        } catch (IllegalArgumentException e) {
            throw new WrongUseException(String.valueOf(e.getMessage()), e);
        }
        return figures;
    }

    private List<Peers> peers(Benchmark benchmark, Path folder) {
        if (peers == null) {
            return List.of();
        }
        Path command = peers.resolve("peers");
        String dtype = peerDtype != null ? peerDtype : BfloatCheck.pays() ? "bf16" : "f32";
        List<Peers> all = new ArrayList<>();
        if (benchmark == Benchmark.STEP) {
            all.add(new Peers(command, "step", folder, dtype, peerOptions));
            all.add(new Peers(command, "shared", folder, dtype, peerOptions));
        } else if (benchmark == Benchmark.SAMPLE) {
            all.add(new Peers(command, "sample", folder, dtype, List.of()));
            if (gguf != null) {
                all.add(new Peers(command, "llamacpp", gguf, dtype, List.of()));
            }
        }
        return all;
    }
}
