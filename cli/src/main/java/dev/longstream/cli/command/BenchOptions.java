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
import dev.longstream.runs.preparation.ModelFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Shapes, repeats and contenders of {@code longstream bench}. */
final class BenchOptions {
    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "Model in Hugging Face's layout (default: the policy that ships).")
    private @Nullable Path model;

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            split = ",",
            defaultValue = "512,1024",
            description = "Prompt lengths, with commas between (default: ${DEFAULT-VALUE}).")
    private List<Integer> prompts = List.of();

    @Option(
            names = "--answers",
            paramLabel = "G",
            defaultValue = "8",
            description = "Answers to a prompt (default: 8).")
    private int answers;

    @Option(
            names = "--answer-length",
            paramLabel = "TOKENS",
            defaultValue = "128",
            description = "Tokens of every answer (default: 128).")
    private int answerLength;

    @Option(
            names = "--questions",
            paramLabel = "Q",
            defaultValue = "1",
            description =
                    "Of a gradient step: groups whose prompts begin with the same tokens and end with 32 of their own"
                            + " (default: 1, which has none of these).")
    private int questions;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Timed runs of each contender; the median counts (default: 3).")
    private int repeat;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Threads that ours computes with; the others choose for themselves (default: one a processor).")
    private int threads;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "0",
            description = "For a gradient step's weights, moments and activations (default: half of the machine's).")
    private int memoryMebibytes;

    @Option(
            names = "--peers",
            paramLabel = "DIR",
            description =
                    "Folder of the command 'peers', which times other tools on the same shapes, in turn with ours.")
    private @Nullable Path peers;

    @Option(
            names = "--peer-dtype",
            paramLabel = "DTYPE",
            description =
                    "What the other tools compute in: bf16 or f32 (default: bf16 where it is faster, f32 elsewhere).")
    private @Nullable String peerDtype;

    @Option(
            names = "--compute-type",
            paramLabel = "auto|float32|bfloat16",
            defaultValue = "AUTO",
            description = "What ours computes products in, as model.compute-type says for a run (default: auto).")
    private ComputeTypeChoice computeType = ComputeTypeChoice.AUTO;

    @Option(
            names = "--peer-options",
            paramLabel = "OPTION[,OPTION...]",
            split = ",",
            description = "More options of the tools that take a gradient step, e.g. --checkpointing for long prompts.")
    private List<String> peerOptions = List.of();

    @Option(
            names = "--gguf",
            paramLabel = "FILE",
            description = "The model for llama.cpp, which samples as one more peer.")
    private @Nullable Path gguf;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws cost against prompt length there, as SVG.")
    private @Nullable Path plot;

    /** Draws what was measured, if that is wanted. */
    void plot(List<Figures> figures) {
        if (plot != null) {
            SvgFile.write(plot, BenchCurves.svg(figures));
        }
    }

    /** Figures of every prompt length, in order. */
    List<Figures> measure(Benchmark benchmark) {
        if (threads < 0 || memoryMebibytes < 0) {
            throw new WrongUseException("--threads and --memory must not be negative");
        }
        TorchEngine.useThreads(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        Path folder = ModelFolder.of(model);
        List<Figures> figures = new ArrayList<>();
        try (Progress progress = TerminalProgress.open()) {
            boolean bf16 = BfloatCheck.works();
            computeType.use(ModelConfig.read(folder.resolve("config.json")));
            for (int prompt : prompts) {
                Shape shape = new Shape(prompt, answers, answerLength, benchmark == Benchmark.STEP ? questions : 1);
                figures.add(benchmark.measure(
                        folder,
                        shape,
                        peers(benchmark, folder),
                        repeat,
                        memoryMebibytes,
                        bf16,
                        doing -> progress.say("prompt " + prompt + ": " + doing)));
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
