package dev.longstream.trainer.supervised;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.longstream.policy.model.MemoryShortage;
import dev.longstream.policy.training.PromptAnswers;
import dev.longstream.trainer.batch.MicroBatches;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

/**
 * Gradient steps on given answers. A step's batch is a function of the step's number, so that a training that was
 * interrupted goes on from its newest checkpoint and ends with the same weights.
 */
public final class SupervisedTraining {
    private static final int KEPT_CHECKPOINTS = 1;

    private final SupervisedConfig config;
    private final Path start;
    private final Path folder;
    private final String configDigest;
    private final Learners learners;
    private final LongSupplier nanoTime;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param start folder of the weights to begin with, in Hugging Face's layout
     * @param folder for checkpoints; nothing else may be in it
     * @param configDigest SHA-256 of all that the result depends on; a folder of another one is refused
     */
    public SupervisedTraining(
            SupervisedConfig config, Path start, Path folder, String configDigest, Learners learners) {
        this(config, start, folder, configDigest, learners, System::nanoTime);
    }

    SupervisedTraining(
            SupervisedConfig config,
            Path start,
            Path folder,
            String configDigest,
            Learners learners,
            LongSupplier nanoTime) {
        this.config = config;
        this.start = start;
        this.folder = folder;
        this.configDigest = configDigest;
        this.learners = learners;
        this.nanoTime = nanoTime;
    }

    /** The same without a validation. */
    public Optional<Path> run(IntFunction<List<SupervisedRow>> batches, Consumer<SupervisedProgress> listener) {
        return run(batches, Validation.NONE, listener);
    }

    /**
     * Trains what is left to train; nothing, if the last step's checkpoint is there and undamaged, or there are no steps.
     *
     * @param batches the rows of a step, 0 for the first; a pure function
     * @param validation what the loss is measured on, too; training does not depend on it
     * @param listener told of every step
     * @return the trained policy's folder in Hugging Face's layout; empty if it was stopped before the last step
     * @throws SupervisedException if a gradient is not finite
     * @throws dev.longstream.trainer.checkpoint.CheckpointException if a checkpoint cannot be written or is damaged
     */
    public Optional<Path> run(
            IntFunction<List<SupervisedRow>> batches, Validation validation, Consumer<SupervisedProgress> listener) {
        if (config.steps() == 0) {
            return Optional.of(start);
        }
        try (Checkpoints checkpoints =
                new Checkpoints(folder, configDigest, KEPT_CHECKPOINTS, Set.of(), new DurableFiles())) {
            Optional<Checkpoint> restored = checkpoints.restore();
            if (restored.filter(checkpoint -> checkpoint.step() == config.steps())
                    .isPresent()) {
                return restored.map(Checkpoint::model);
            }
            try (Learner learner =
                    learners.open(restored.map(Checkpoint::model).orElse(start), start, config.optimizer())) {
                restored.map(Checkpoint::moments).ifPresent(learner::readMoments);
                int done = (int) restored.map(Checkpoint::step).orElse(0L).longValue();
                return train(learner, checkpoints, done, batches, validation, listener);
            }
        }
    }

    private Optional<Path> train(
            Learner learner,
            Checkpoints checkpoints,
            int done,
            IntFunction<List<SupervisedRow>> batches,
            Validation validation,
            Consumer<SupervisedProgress> listener) {
        Optional<Path> trained = Optional.empty();
        for (int step = done; step < config.steps(); step++) {
            long begun = nanoTime.getAsLong();
            List<SupervisedRow> batch = batches.apply(step);
            SupervisedLoss loss = new SupervisedLoss(config.aggregation(), batch);
            double learningRate = config.optimizer().learningRate(step, config.steps());
            OptionalDouble norm = gradientStep(learner, batch, loss, learningRate, step);
            if (norm.isEmpty()) {
                return Optional.empty();
            }
            int made = step + 1;
            if (made % config.checkpointEvery() == 0 || made == config.steps()) {
                trained = Optional.of(checkpoints
                        .write(made, learner, model -> JsonNodeFactory.instance.objectNode())
                        .model());
            }
            double seconds = (nanoTime.getAsLong() - begun) / 1e9;
            listener.accept(new SupervisedProgress(
                    made,
                    config.steps(),
                    loss.value(),
                    loss.probability(),
                    norm.getAsDouble(),
                    learningRate,
                    batch.stream().mapToLong(SupervisedRow::tokens).sum(),
                    seconds,
                    validation.isDue(made, config.steps()) ? loss(learner, validation.rows()) : null));
        }
        return trained;
    }

    /** The gradient's norm; empty if it was stopped half-way. */
    private OptionalDouble gradientStep(
            Learner learner, List<SupervisedRow> batch, SupervisedLoss loss, double learningRate, int step) {
        try {
            return accumulate(learner, batch, loss)
                    ? OptionalDouble.of(update(learner, learningRate, step, loss))
                    : OptionalDouble.empty();
        } catch (RuntimeException | OutOfMemoryError e) {
            Optional<String> shortage = MemoryShortage.in(e);
            if (shortage.isEmpty()) {
                throw e;
            }
            throw new SupervisedException(
                    "Step " + (step + 1) + " of " + config.steps() + " found no memory: " + shortage.get()
                            + ". Checkpoints in " + folder
                            + " are untouched, and the same command goes on from there; with"
                            + " a smaller trainer.memory-mebibytes or warm-up.micro-batch-tokens (now "
                            + config.microBatchTokens() + ") a step takes less",
                    e);
        }
    }

    /** False if it was stopped half-way. */
    private boolean accumulate(Learner learner, List<SupervisedRow> batch, SupervisedLoss loss) {
        for (List<SupervisedRow> part : parts(batch)) {
            if (stopped.get()) {
                return false;
            }
            learner.accumulate(promptAnswers(part), 1, scores -> loss.add(part, scores.logProbs()));
        }
        return true;
    }

    /** What goes through the model at once. */
    private List<List<SupervisedRow>> parts(List<SupervisedRow> batch) {
        return MicroBatches.cut(promptAnswers(batch), config.microBatchTokens()).stream()
                .map(slices -> slices.stream()
                        .map(slice -> batch.get(slice.row()).slice(slice.from(), slice.to()))
                        .toList())
                .toList();
    }

    private static List<PromptAnswers> promptAnswers(List<SupervisedRow> rows) {
        return rows.stream().map(SupervisedRow::promptAnswers).toList();
    }

    private double loss(Learner learner, List<SupervisedRow> rows) {
        SupervisedLoss loss = new SupervisedLoss(config.aggregation(), rows);
        for (List<SupervisedRow> part : parts(rows)) {
            loss.add(part, learner.score(promptAnswers(part), 1).logProbs());
        }
        return loss.value();
    }

    private double update(Learner learner, double learningRate, int step, SupervisedLoss loss) {
        double norm = learner.step(learningRate, config.optimizer().maxGradientNorm());
        if (!Double.isFinite(norm)) {
            throw new SupervisedException("Step " + (step + 1) + " of " + config.steps()
                    + " gave a gradient whose norm is " + norm + ", with a loss of " + loss.value()
                    + ". The step was refused; checkpoints in " + folder + " are untouched");
        }
        return norm;
    }

    /** Stops between two micro-batches; may be called from another thread. */
    public void stop() {
        stopped.set(true);
    }
}
