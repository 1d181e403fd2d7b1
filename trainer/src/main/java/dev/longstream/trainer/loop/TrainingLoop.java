package dev.longstream.trainer.loop;

import dev.longstream.logging.LogOrigin;
import dev.longstream.policy.model.MemoryShortage;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;
import dev.longstream.record.WeightsDelta;
import dev.longstream.trainer.batch.BatchAssembly;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.batch.Manifest;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.WrittenModel;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The training loop: reads batches, updates the policy, writes checkpoints and announces versions. */
final class TrainingLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

    private final TrainerConfig config;
    private final String configDigest;
    private final Path start;
    private final Learners learners;
    private final BatchSource batches;
    private final Announcements announcements;
    private final Checkpoints checkpoints;
    private final List<StepListener> listeners;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong lastVersion;
    private final BatchUpdates updates;
    private final ReferenceWeights references;

    /**
     * The training that a loop runs.
     *
     * @param config how batches become policy versions
     * @param configDigest SHA-256 of the resolved configuration, stored in every step
     * @param start folder of the weights that become version 0
     * @param listeners receive every step and micro-batch
     */
    record Task(TrainerConfig config, String configDigest, Path start, List<StepListener> listeners) {
        Task {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * The clocks that a loop reads.
     *
     * @param wall clock of the records' times
     * @param nanoTime clock of the steps' durations, in nanoseconds
     */
    record Clocks(Clock wall, LongSupplier nanoTime) {
        static final Clocks SYSTEM = new Clocks(Clock.systemUTC(), System::nanoTime);
    }

    TrainingLoop(
            Task task,
            Learners learners,
            BatchSource batches,
            Announcements announcements,
            Checkpoints checkpoints,
            Clocks clocks) {
        this.config = task.config();
        this.lastVersion = new AtomicLong(task.config().totalSteps());
        this.configDigest = task.configDigest();
        this.start = task.start();
        this.listeners = task.listeners();
        this.learners = learners;
        this.batches = batches;
        this.announcements = announcements;
        this.checkpoints = checkpoints;
        this.references = new ReferenceWeights(config, start, checkpoints);
        this.clock = clocks.wall();
        this.nanoTime = clocks.nanoTime();
        BatchPass pass = new BatchPass(
                config.microBatch().tokens(), stopped::get, () -> listeners.forEach(StepListener::onMicroBatch));
        this.updates = new BatchUpdates(
                config.updates(), config.seed(), config.optimizer().maxGradientNorm(), pass);
    }

    /** Trains until the last version exists or the loop is stopped; returns true for the former. */
    boolean run() {
        NavigableMap<Long, String> announced = announcements.digests();
        Optional<Checkpoint> restored = new Resumption(checkpoints, batches, announced).find(this::announce);
        KeptBase.keep(checkpoints, start, restored);
        try (Learner learner = learners.open(restored.map(Checkpoint::model).orElse(start), start, config.optimizer());
                Reference reference = new Reference(learners, config.klEvery())) {
            restored.filter(Checkpoint::isWhole) // else it is version 0, whose moments are zero
                    .map(Checkpoint::moments)
                    .ifPresent(learner::readMoments);
            Checkpoint checkpoint = restored.orElseGet(() -> writeVersionZero(learner, announced));
            references.keep(checkpoint);
            long next = state(checkpoint).nextBatchOffset();
            batches.seek(next);
            listeners.forEach(listener -> listener.onStart(next));
            while (checkpoint.step() < lastVersion.get()) {
                LogOrigin.step(checkpoint.step());
                PartTimer timer = new PartTimer(nanoTime);
                Optional<Manifest> manifest = nextManifest(checkpoint);
                if (manifest.isEmpty()) {
                    return checkpoint.step() >= lastVersion.get();
                }
                timer.mark(PartTimer.WAIT);
                TrainingBatch batch = BatchAssembly.assemble(manifest.get().batch(), checkpoint.step(), batches);
                timer.mark(PartTimer.FETCH);
                long version = checkpoint.step();
                listeners.forEach(listener -> listener.onBatch(batch, version));
                Optional<GradientStep> step = train(manifest.get(), batch, checkpoint, learner, reference, timer);
                if (step.isEmpty()) {
                    return false;
                }
                checkpoint = write(manifest.get(), batch, step.get(), checkpoint, learner, timer, announced);
                if (!announced.containsKey(checkpoint.step())) { // else it was made again
                    announce(checkpoint); // last, so that every announced version can be loaded
                }
            }
            return true;
        }
    }

    /** Stops between two micro-batches; work since the last checkpoint is lost. */
    void stop() {
        stopped.set(true);
    }

    /** Makes a version the last one, because the run ends early. */
    void endAt(long version) {
        lastVersion.accumulateAndGet(version, Math::min);
    }

    private Optional<Manifest> nextManifest(Checkpoint checkpoint) {
        Optional<Manifest> manifest = Optional.empty();
        while (manifest.isEmpty() && !stopped.get() && checkpoint.step() < lastVersion.get()) {
            manifest = batches.poll();
        }
        manifest.ifPresent(next -> {
            if (next.batch().getBatch() != checkpoint.step()) {
                throw new TrainingException("The next batch is number "
                        + next.batch().getBatch() + " at "
                        + next.place() + ", expected " + checkpoint.step() + ": batch n makes version n + 1, and "
                        + checkpoint.folder() + " is version " + checkpoint.step());
            }
        });
        return manifest;
    }

    /** Takes the gradient step; if memory runs out, the exception says which settings to lower. */
    private Optional<GradientStep> train(
            Manifest manifest,
            TrainingBatch batch,
            Checkpoint checkpoint,
            Learner learner,
            Reference reference,
            PartTimer timer) {
        try {
            return gradientStep(manifest, batch, checkpoint, learner, reference, timer);
        } catch (RuntimeException | OutOfMemoryError e) {
            Optional<String> shortage = MemoryShortage.in(e);
            if (shortage.isEmpty()) {
                throw e;
            }
            throw new TrainingException(
                    describe(manifest, batch) + " ran out of memory: " + shortage.get() + ". " + checkpoint.folder()
                            + " is unchanged, and the same command continues from there. A smaller"
                            + " trainer.memory-mebibytes (now "
                            + config.microBatch().memoryMebibytes()
                            + ", where 0 is half of the device's) or trainer.micro-batch-tokens (now "
                            + config.microBatch().tokens() + ") lowers the memory of a step",
                    e);
        }
    }

    private static String describe(Manifest manifest, TrainingBatch batch) {
        return "Batch " + manifest.batch().getBatch() + " at " + manifest.place() + " (phase "
                + manifest.batch().getPhase() + ", " + batch.groups().size() + " groups, " + batch.tokens()
                + " answer tokens)";
    }

    private Optional<GradientStep> gradientStep(
            Manifest manifest,
            TrainingBatch batch,
            Checkpoint checkpoint,
            Learner learner,
            Reference reference,
            PartTimer timer) {
        int phaseIndex = manifest.batch().getPhaseIndex();
        PhaseTraining phase = config.phase(phaseIndex);
        SortedMap<Integer, Long> phaseStarts = state(checkpoint).phaseStartsWith(phaseIndex);
        if (phase.moments() == MomentsAtStart.RESET && state(checkpoint).begins(phaseIndex)) {
            LOG.info(
                    "Phase {} begins without the moments of the phase before",
                    manifest.batch().getPhase());
            learner.forgetMoments();
        }
        phaseStarts.forEach(references::keep);
        LossSettings loss = phase.loss();
        long phaseStart = phaseStarts.getOrDefault(phaseIndex, 0L);
        Optional<Scorer> scorer = reference.of(
                checkpoint.step() + 1,
                loss.objective().needsReference(),
                () -> references.folder(phaseIndex, phaseStart));
        Optional<GradientStep> step = updates.run(
                batch,
                loss,
                negativesMasked(checkpoint),
                checkpoint.step(),
                learner,
                scorer,
                learningRate(checkpoint.step(), phaseStarts),
                timer);
        if (step.isPresent() && !Double.isFinite(step.get().gradientNorm())) {
            StepMeasures measures = step.get().measures();
            throw new TrainingException(describe(manifest, batch) + " has a gradient whose norm is "
                    + step.get().gradientNorm() + " in update " + measures.updates() + ", with a mean loss of "
                    + measures.loss() + ". The step was not taken; " + checkpoint.folder() + " is unchanged");
        }
        return step;
    }

    /** Returns the learning rate of the step that follows a version. It rises again after the last reset of the moments. */
    private double learningRate(long version, SortedMap<Integer, Long> phaseStarts) {
        long reset = phaseStarts.entrySet().stream()
                .filter(start -> config.phase(start.getKey()).moments() == MomentsAtStart.RESET)
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElse(0);
        return config.optimizer().learningRate(version, version - reset, config.totalSteps());
    }

    /**
     * Returns whether the previous step masked negative advantages. This is AEPO's only state; the record of that step
     * stores it.
     */
    private static boolean negativesMasked(Checkpoint checkpoint) {
        return state(checkpoint)
                .step()
                .map(step -> Boolean.TRUE.equals(step.getNegativesMasked()))
                .orElse(false);
    }

    private Checkpoint writeVersionZero(Learner learner, NavigableMap<Long, String> announced) {
        LOG.info("Version 0 has the weights in {}", start);
        Checkpoint written = checkpoints.write(
                0,
                learner,
                true,
                model -> {
                    refuseOtherBytes(0, model, announced);
                    return new TrainerState(
                                    0,
                                    Collections.emptySortedMap(),
                                    Optional.empty(),
                                    weights(0, model),
                                    Optional.empty())
                            .toJson();
                },
                () -> announcements.requireNoOtherTrainer(0, stopped::get));
        if (!announced.containsKey(0L)) {
            announce(written);
        }
        return written;
    }

    private Checkpoint write(
            Manifest manifest,
            TrainingBatch batch,
            GradientStep step,
            Checkpoint before,
            Learner learner,
            PartTimer timer,
            NavigableMap<Long, String> announced) {
        SortedMap<Integer, Long> phaseStarts =
                state(before).phaseStartsWith(manifest.batch().getPhaseIndex());
        long version = manifest.batch().getBatch() + 1;
        return checkpoints.write(
                version,
                learner,
                config.isWhole(version),
                model -> {
                    refuseOtherBytes(version, model, announced);
                    timer.mark(PartTimer.CHECKPOINT);
                    return new TrainerState(
                                    manifest.place().getOffset() + 1,
                                    phaseStarts,
                                    Optional.of(StepReport.of(
                                            manifest,
                                            batch,
                                            step,
                                            model,
                                            timer.seconds(),
                                            clock.instant(),
                                            configDigest)),
                                    weights(version, model),
                                    Optional.of(TrainerState.digestOf(manifest.batch())))
                            .toJson();
                },
                () -> announcements.requireNoOtherTrainer(version, stopped::get));
    }

    /** Refuses a version that was made again with other bytes than it was announced and sampled from with. */
    private void refuseOtherBytes(long version, WrittenModel model, NavigableMap<Long, String> announced) {
        String digest = announced.get(version);
        if (digest != null && !digest.equals(model.digest())) {
            throw new TrainingException(
                    version == 0
                            ? "Version 0 was announced with digest " + digest + ", but the weights in " + start
                                    + " give " + model.digest() + ": folder and log belong to different runs"
                            : "Version " + version + " was announced with digest " + digest
                                    + ", but made again from batch "
                                    + (version - 1) + " it has " + model.digest()
                                    + ": this device, its number of threads or this release computes other bytes, so the"
                                    + " answers that this version sampled would get wrong ratios. Continue on a machine"
                                    + " like the one before, or go on from the last checkpoint under another name:"
                                    + " longstream fork");
        }
    }

    private Weights weights(long version, WrittenModel model) {
        return Weights.newBuilder()
                .setVersion(version)
                .setUri(model.place())
                .setDigest(model.digest())
                .setBytes(model.bytes())
                .setDelta(model.delta()
                        .map(delta -> new WeightsDelta(
                                model.deltaPlace(), delta.baseVersion(), delta.bytes(), delta.digest()))
                        .orElse(null))
                .setBase(model.base()
                        .map(base -> new WeightsBase(base.place(), base.digest(), base.bytes()))
                        .orElse(null))
                .setAnnouncedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }

    private void announce(Checkpoint checkpoint) {
        TrainerState state = state(checkpoint);
        announcements.announce(state.step(), state.weights());
        state.step().ifPresent(step -> {
            LogOrigin.step(step.getVersion());
            LOG.info(
                    "Version {} from batch {} (phase {}): reward {}, loss {}, gradient norm {}",
                    step.getVersion(),
                    step.getBatch(),
                    step.getPhase(),
                    step.getReward(),
                    step.getLoss(),
                    step.getGradientNorm());
            listeners.forEach(listener -> listener.onStep(step));
        });
    }

    private static TrainerState state(Checkpoint checkpoint) {
        return TrainerState.fromJson(checkpoint.state());
    }
}
