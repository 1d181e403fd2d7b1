package dev.longstream.benchmarks;

import dev.longstream.files.PeakMemory;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.roofline.Roofline;
import dev.longstream.policy.training.StepMemory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Times one kind of work on a model, alternating with the same work in other tools, so that disturbances on the machine
 * affect all of them. Our own work runs once before, untimed, to warm up; its prompt may be shorter then.
 */
public enum Benchmark {
    /** One gradient step on one group. */
    STEP,
    /** Sampling the answers to one prompt. */
    SAMPLE,
    /** Reading one prompt. */
    PREFILL;

    /** Maximum length of the warm-up prompt in tokens; a longer one takes minutes and warms up nothing else. */
    private static final int WARM_UP_TOKENS = 2048;

    /** Name of our entry. */
    public static final String OURS = "Longstream";

    /**
     * Measures the machine, then the work.
     *
     * @param folder folder of the model
     * @param peers other tools, timed in turn; may be empty
     * @param repeats timed runs of each tool
     * @param memoryMebibytes memory of a gradient step, see {@link StepMemory#budgetBytes}
     * @param bf16 whether bfloat16 is measured on this machine, see {@link dev.longstream.policy.roofline.BfloatCheck}
     * @param progress receives a line of text for each stage
     */
    public Figures measure(
            Path folder,
            Shape shape,
            List<Peers> peers,
            int repeats,
            int memoryMebibytes,
            boolean bf16,
            Consumer<String> progress) {
        if (repeats < 1) {
            throw new IllegalArgumentException("repeats is " + repeats + ", must be at least 1");
        }
        progress.accept("measuring matrix products and memory");
        Roofline machine = Roofline.measure(bf16);
        try (PolicyFolder opened = PolicyFolder.open(folder);
                PolicyModel model = PolicyModel.load(opened)) {
            warnIfTooLong(model.config(), shape, progress);
            return new Figures(
                    name().toLowerCase(Locale.ROOT),
                    shape,
                    machine,
                    model.computeType(),
                    work(model.config(), shape),
                    entries(ours(model, shape, memoryMebibytes, progress), shape, peers, repeats, progress));
        }
    }

    private static void warnIfTooLong(ModelConfig model, Shape shape, Consumer<String> progress) {
        if ((long) shape.promptTokens() + shape.answerTokens() > model.maxPositions()) {
            progress.accept("prompt and answer have " + shape.promptTokens() + " and " + shape.answerTokens()
                    + " tokens, the model has " + model.maxPositions()
                    + " positions: its answers are meaningless, only the times are valid");
        }
    }

    private List<Figures.Figure> entries(
            Workload ours, Shape shape, List<Peers> peers, int repeats, Consumer<String> progress) {
        List<Double> seconds = new ArrayList<>();
        long peak = 0;
        Map<String, List<Double>> theirs = new LinkedHashMap<>();
        Map<String, Long> theirPeaks = new LinkedHashMap<>();
        try (ours) {
            for (int i = 1; i <= repeats; i++) {
                progress.accept("run " + i + " of " + repeats);
                PeakMemory.reset();
                long start = System.nanoTime();
                ours.run();
                seconds.add((System.nanoTime() - start) / 1e9);
                peak = Math.max(peak, PeakMemory.bytes());
                for (Peers peer : peers) {
                    progress.accept("run " + i + " of " + repeats + ", " + peer.what());
                    Peers.Report report = peer.run(shape);
                    theirs.computeIfAbsent(report.name(), name -> new ArrayList<>())
                            .add(report.seconds());
                    theirPeaks.merge(report.name(), report.peakMemoryBytes(), Math::max);
                }
            }
        }
        List<Figures.Figure> entries = new ArrayList<>(List.of(new Figures.Figure(OURS, seconds, peak)));
        theirs.forEach((name, each) -> entries.add(new Figures.Figure(name, each, theirPeaks.getOrDefault(name, 0L))));
        return entries;
    }

    private Workload ours(PolicyModel model, Shape shape, int memoryMebibytes, Consumer<String> progress) {
        progress.accept("warming up");
        Shape noLonger = shape.withPrompt(Math.min(shape.promptTokens(), WARM_UP_TOKENS));
        try (Workload first = workload(model, noLonger, memoryMebibytes)) {
            first.run();
        }
        return workload(model, shape, memoryMebibytes);
    }

    private Workload workload(PolicyModel model, Shape shape, int memoryMebibytes) {
        return switch (this) {
            case STEP -> Workload.step(model, shape, StepMemory.budgetBytes(memoryMebibytes));
            case SAMPLE -> Workload.sampling(model, shape);
            case PREFILL -> Workload.prefill(model, shape.promptTokens());
        };
    }

    private Work work(ModelConfig model, Shape shape) {
        return switch (this) {
            case STEP -> Work.step(model, shape);
            case SAMPLE -> Work.sampling(model, shape);
            case PREFILL -> Work.prefill(model, shape.promptTokens());
        };
    }
}
