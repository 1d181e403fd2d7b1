package dev.longstream.trainer.loop;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.record.Step;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.batch.LogBatchSource;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.checkpoint.KeptCheckpoints;
import dev.longstream.trainer.learner.Learners;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The trainer as a role: one thread that runs the {@link TrainingLoop} on the event log. */
public final class TrainerRole extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerRole.class);

    private final EventLog log;
    private final TrainingLoop.Task task;
    private final Path checkpointFolder;
    private final Learners learners;
    private final AnnouncedFormat announced;
    private volatile @Nullable TrainingLoop loop;
    private volatile boolean finished;
    private volatile long lastVersion = Long.MAX_VALUE;

    /**
     * Creates the role that trains policy versions from the batches of a run.
     *
     * @param log event log of the run
     * @param announced format of the weights that rollouts and evaluation read
     * @param runFolder run folder; checkpoints are kept in its folder {@code checkpoints}
     * @param start folder of the weights that reinforcement learning begins with, version 0; KL is measured against this policy
     * @param configDigest SHA-256 of the resolved configuration; a run folder with another digest is refused
     * @param listeners listeners that receive every step, on the trainer's thread
     * @param learners engine that computes gradients and optimizer steps. While it cannot be reached, the role waits; then it
     *     continues from the last checkpoint
     */
    public TrainerRole(
            EventLog log,
            TrainerConfig config,
            AnnouncedFormat announced,
            Path runFolder,
            Path start,
            String configDigest,
            List<StepListener> listeners,
            Learners learners) {
        super("trainer", "trainer", Duration.ZERO); // a micro-batch takes as long as it takes
        this.log = log;
        List<StepListener> all = new ArrayList<>(listeners);
        all.add(new StepListener() {
            @Override
            public void onStep(Step step) {
                beat();
            }

            @Override
            public void onMicroBatch() {
                beat();
            }
        });
        this.task = new TrainingLoop.Task(config, configDigest, start, all);
        this.checkpointFolder = runFolder.resolve("checkpoints");
        this.learners = learners;
        this.announced = announced;
    }

    @Override
    protected void work() {
        TrainerConfig config = task.config();
        if (config.checkpoints().every() > 1 && TorchEngine.isOnGpu()) {
            LOG.warn(
                    "trainer.checkpoint-every is {}: after a crash up to {} steps are made again, and a GPU may give them other"
                            + " bytes; the run then stops and says so. With 1 nothing has to be made again",
                    config.checkpoints().every(),
                    config.checkpoints().every() - 1);
        }
        KeptCheckpoints kept = config.checkpoints().kept();
        Set<Long> versions = new HashSet<>(kept.versions());
        versions.add(0L);
        versions.add((long) config.totalSteps());
        try (Checkpoints checkpoints = new Checkpoints(
                        checkpointFolder,
                        task.configDigest(),
                        new KeptCheckpoints(kept.whole(), kept.sampled(), versions),
                        new DurableFiles(),
                        announced);
                BatchSource batches = new LogBatchSource(log);
                Announcements announcements = new LogAnnouncements(log)) {
            TrainingLoop current =
                    new TrainingLoop(task, learners, batches, announcements, checkpoints, TrainingLoop.Clocks.SYSTEM);
            loop = current;
            current.endAt(lastVersion);
            if (stopping()) {
                current.stop();
            }
            finished = current.run();
        }
    }

    /** Makes a version the last one, because the run ends early; the role is finished when that version is made. */
    public void endAt(long version) {
        lastVersion = version;
        TrainingLoop current = loop;
        if (current != null) {
            current.endAt(version);
        }
    }

    @Override
    protected void onClose() {
        TrainingLoop current = loop;
        if (current != null) {
            current.stop();
        }
    }

    /** Returns whether the last version has been made. */
    @Override
    public boolean finished() {
        return finished;
    }
}
