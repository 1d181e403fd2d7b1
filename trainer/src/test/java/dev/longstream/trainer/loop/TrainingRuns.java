package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.checkpoint.KeptCheckpoints;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.CrashingFiles;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Training runs of bigram learners below one folder, from one initial policy. */
final class TrainingRuns {
    /** Number of batches and of gradient steps. */
    static final int STEPS = 5;

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

    private final Path folder;
    private final Path start;
    private AnnouncedFormat announced = AnnouncedFormat.FLOAT32;

    TrainingRuns(Path folder) throws IOException {
        this.folder = folder;
        start = BigramLearners.start(folder.resolve("start"));
    }

    /** Lets the runs from now on announce weights in this format. */
    void announce(AnnouncedFormat format) {
        announced = format;
    }

    /** Trains in a folder until all steps are done, and returns whether they are. */
    boolean run(FakeLog log, String folder, Crash crash, StepListener... listeners) {
        return run(
                log,
                folder,
                crash,
                step -> List.of(listeners).forEach(listener -> listener.onStep(step)),
                new ArrayList<>());
    }

    /** Adds the loop to {@code loops} before it runs, so that a listener can stop it. */
    boolean run(FakeLog log, String folder, Crash crash, StepListener listener, List<TrainingLoop> loops) {
        return run(log, folder, new CrashingFiles(crash), crash, listener, loops, config());
    }

    boolean run(FakeLog log, String folder, DurableFiles files) {
        return run(log, folder, files, Crash.never(), step -> {}, new ArrayList<>(), config());
    }

    boolean run(FakeLog log, String folder, Crash crash, TrainerConfig config) {
        return run(log, folder, new CrashingFiles(crash), crash, step -> {}, new ArrayList<>(), config);
    }

    /** Returns the steps of a run in which some batches belong to the second phase. */
    List<Step> stepsOf(String folder, TrainerConfig config, long... ofSecondPhase) {
        FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(ofSecondPhase);
        run(log, folder, Crash.never(), config);
        return log.steps;
    }

    private boolean run(
            FakeLog log,
            String folder,
            DurableFiles files,
            Crash crash,
            StepListener listener,
            List<TrainingLoop> loops,
            TrainerConfig config) {
        try (Checkpoints checkpoints = checkpoints(folder, "config", files);
                BatchSource source = log.source();
                Announcements announcements = log.announcements(crash)) {
            TrainingLoop loop = new TrainingLoop(
                    new TrainingLoop.Task(config, "config", start, List.of(listener)),
                    new BigramLearners(crash),
                    source,
                    announcements,
                    checkpoints,
                    new TrainingLoop.Clocks(CLOCK, () -> 0));
            loops.add(loop);
            return loop.run();
        }
    }

    /** Opens a folder that keeps the newest 3 checkpoints, and the weights of versions 0 and 2. */
    Checkpoints checkpoints(String folder, String configDigest, DurableFiles files) {
        Set<Long> keep = new HashSet<>(Set.of(0L, 2L));
        return new Checkpoints(
                this.folder.resolve(folder), configDigest, new KeptCheckpoints(3, 1, keep), files, announced);
    }

    static PhaseTraining phase(LossSettings loss, MomentsAtStart moments) {
        return phase(loss, moments, ReferencePolicy.INITIAL);
    }

    static PhaseTraining phase(LossSettings loss, MomentsAtStart moments, ReferencePolicy reference) {
        return new PhaseTraining(loss, moments, reference);
    }

    static TrainerConfig config(PhaseTraining... phases) {
        return config(1, phases);
    }

    /** A configuration with a whole checkpoint every {@code checkpointEvery} steps. */
    static TrainerConfig config(int checkpointEvery, PhaseTraining... phases) {
        return config(UpdateSettings.DEFAULT, checkpointEvery, phases);
    }

    /** A configuration in which a batch makes several updates. */
    static TrainerConfig config(UpdateSettings updates, int checkpointEvery, PhaseTraining... phases) {
        return new TrainerConfig(
                new OptimizerSettings(0.1, Schedule.LINEAR, 2, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1),
                updates,
                7,
                LossSettings.DEFAULT,
                STEPS,
                new MicroBatchLimits(8, 0),
                1,
                new CheckpointSettings(checkpointEvery, new KeptCheckpoints(3, 1, Set.of(2L))),
                List.of(phases));
    }
}
