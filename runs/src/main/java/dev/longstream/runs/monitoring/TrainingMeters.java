package dev.longstream.runs.monitoring;

import dev.longstream.metrics.Meters;
import dev.longstream.metrics.Metric;
import dev.longstream.metrics.TrainingMetrics;
import dev.longstream.record.Step;
import dev.longstream.record.VersionRun;
import dev.longstream.runs.config.PhaseSection;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.checkpoint.CheckpointSteps;
import dev.longstream.trainer.loop.StepListener;
import io.micrometer.core.instrument.DistributionSummary;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.function.ToDoubleFunction;

/** Measures the trainer, batch by batch and step by step. */
final class TrainingMeters implements StepListener {
    private static final double MILLI = 1000;
    private static final List<String> UPDATE = List.of("forward-backward", "optimizer");
    private static final List<String> PARTS = List.of("wait", "fetch", "forward-backward", "optimizer", "checkpoint");

    private final Meters meters;
    private final DistributionSummary loop;
    private final DistributionSummary update;
    private final DistributionSummary staleness;
    private final DistributionSummary answers;
    private final double checkpointAtStart;
    private volatile @Nullable Step newest;
    private volatile double kl = Double.NaN;
    private volatile double mismatch = Double.NaN;
    private volatile long nextBatchOffset = -1;

    /** Registers the trainer's metrics. */
    TrainingMeters(Meters meters, RunConfig config) {
        this.meters = meters;
        this.loop = meters.histogram(TrainingMetrics.LOOP_DURATION);
        this.update = meters.histogram(TrainingMetrics.DURATION);
        this.staleness = meters.histogram(TrainingMetrics.STALENESS);
        this.answers = meters.histogram(TrainingMetrics.ANSWER_LENGTH);
        this.checkpointAtStart = newestCheckpoint(config.folder().resolve("checkpoints"));
        for (PhaseSection phase : config.scheduledPhases()) {
            List.of(TrainingMetrics.STEPS, TrainingMetrics.TOKENS, TrainingMetrics.PROMPT_TOKENS)
                    .forEach(metric -> meters.counter(metric, phase.name()));
        }
        PARTS.forEach(part -> meters.counter(TrainingMetrics.TIME, part));
        gauge(TrainingMetrics.VERSION, Step::getVersion);
        gauge(TrainingMetrics.PHASE, Step::getPhaseIndex);
        gauge(TrainingMetrics.LOSS, Step::getLoss);
        gauge(TrainingMetrics.REWARD, Step::getReward);
        gauge(TrainingMetrics.ENTROPY, Step::getEntropy);
        gauge(TrainingMetrics.RATIO, Step::getRatioMean);
        gauge(TrainingMetrics.RATIO_MAX, Step::getRatioMax);
        gauge(TrainingMetrics.CLIP, Step::getClipFraction);
        gauge(TrainingMetrics.GRADIENT_NORM, Step::getGradientNorm);
        gauge(TrainingMetrics.LEARNING_RATE, Step::getLearningRate);
        gauge(TrainingMetrics.TRUNCATED, Step::getTruncatedFraction);
        meters.gauge(TrainingMetrics.KL, () -> kl);
        meters.gauge(TrainingMetrics.MISMATCH_KL, () -> mismatch);
        meters.gauge(TrainingMetrics.CHECKPOINT, this::checkpointAt);
    }

    private void gauge(Metric metric, ToDoubleFunction<Step> value) {
        meters.gauge(metric, () -> {
            Step step = newest;
            return step == null ? Double.NaN : value.applyAsDouble(step);
        });
    }

    private double checkpointAt() {
        Step step = newest;
        return step == null ? checkpointAtStart : step.getFinishedAt().toEpochMilli() / MILLI;
    }

    /** Returns the Unix time in seconds of the newest checkpoint in a folder; NaN without one. */
    private static double newestCheckpoint(Path folder) {
        try {
            SortedSet<Long> steps = CheckpointSteps.complete(folder);
            if (steps.isEmpty()) {
                return Double.NaN;
            }
            Path newest = folder.resolve(String.format(Locale.ROOT, "step-%06d", steps.last()));
            return Files.getLastModifiedTime(newest).toMillis() / MILLI;
        } catch (IOException | UncheckedIOException e) { // the folder is being changed
            return Double.NaN;
        }
    }

    /** Returns the offset of the next batch to train; −1 before training begins. */
    long nextBatchOffset() {
        return nextBatchOffset;
    }

    @Override
    public void onStart(long offset) {
        nextBatchOffset = offset;
    }

    @Override
    public void onBatch(TrainingBatch batch, long version) {
        batch.answers().forEach(answer -> {
            answers.record(answer.tokens().length);
            long oldest = answer.versions().stream()
                    .mapToLong(VersionRun::getVersion)
                    .min()
                    .orElse(version);
            staleness.record((double) (version - oldest));
        });
    }

    @Override
    public void onStep(Step step) {
        String phase = step.getPhase();
        meters.counter(TrainingMetrics.STEPS, phase).increment();
        meters.counter(TrainingMetrics.TOKENS, phase).increment((double) step.getCompletionTokens());
        meters.counter(TrainingMetrics.PROMPT_TOKENS, phase).increment((double) step.getPromptTokens());
        double total = 0;
        double updating = 0;
        for (var part : step.getSeconds().entrySet()) {
            meters.counter(TrainingMetrics.TIME, part.getKey()).increment(part.getValue());
            total += part.getValue();
            updating += UPDATE.contains(part.getKey()) ? part.getValue() : 0;
        }
        loop.record(total);
        update.record(updating);
        if (step.getKlToInitial() != null) {
            kl = step.getKlToInitial();
        }
        if (step.getMismatchTokens() > 0) {
            mismatch = step.getMismatchKl();
        }
        newest = step;
        nextBatchOffset = step.getBatchRecord().getOffset() + 1;
    }
}
