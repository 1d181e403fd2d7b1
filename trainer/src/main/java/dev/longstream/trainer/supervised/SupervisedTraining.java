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
 * Supervised training on given answers. The batch of a step is a function of the step's number, so that an interrupted
 * training continues from its newest checkpoint and ends with the same weights.
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
     * Creates a training; {@code run} runs it.
     *
     * @param start folder of the initial weights, in Hugging Face's layout
     * @param folder folder for checkpoints, used for nothing else
     * @param configDigest SHA-256 of everything that the result depends on; a folder with another digest is refused
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

    /** Runs the training without a validation. */
    public Optional<Path> run(IntFunction<List<SupervisedRow>> batches, Consumer<SupervisedProgress> listener) {
        return run(batches, Validation.NONE, listener);
    }

    /**
     * Runs the remaining steps. Does nothing if there are no steps, or if the last step's checkpoint exists and is
     * undamaged.
     *
     * @param batches maps the index of a step, from 0, to its rows; a pure function
     * @param validation rows on which the loss is also measured; they do not affect the training
     * @param listener receives the measures of every step
     * @return folder of the trained policy in Hugging Face's layout; empty if it was stopped before the last step
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
            long begin = nanoTime.getAsLong();
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
            double seconds = (nanoTime.getAsLong() - begin) / 1e9;
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

    /** Takes one step and returns the gradient's norm; empty if it was stopped before the update. */
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
                    "Step " + (step + 1) + " of " + config.steps() + " ran out of memory: " + shortage.get()
                            + ". Checkpoints in " + folder
                            + " are unchanged, and the same command continues from there. A smaller"
                            + " trainer.memory-mebibytes or warm-up.micro-batch-tokens (now "
                            + config.microBatchTokens() + ") lowers the memory of a step",
                    e);
        }
    }

    /** Accumulates the gradients of a batch; returns false if it was stopped before the end. */
    private boolean accumulate(Learner learner, List<SupervisedRow> batch, SupervisedLoss loss) {
        for (List<SupervisedRow> part : parts(batch)) {
            if (stopped.get()) {
                return false;
            }
            learner.accumulate(promptAnswers(part), 1, scores -> loss.add(part, scores.logProbs()));
        }
        return true;
    }

    /** Cuts a batch into parts that go through the model at once. */
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
                    + " has a gradient whose norm is " + norm + ", with a loss of " + loss.value()
                    + ". The step was not taken; checkpoints in " + folder + " are unchanged");
        }
        return norm;
    }

    /** Stops between two micro-batches; may be called from another thread. */
    public void stop() {
        stopped.set(true);
    }
}
