package dev.longstream.trainer.loop;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.batch.LogBatchSource;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Learners;
import dev.longstream.trainer.learner.ModelLearners;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The trainer as a role: one thread that runs the {@link TrainingLoop} on the event log. */
public final class TrainerRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerRole.class);

    private final EventLog log;
    private final TrainerConfig config;
    private final Path checkpointFolder;
    private final Path start;
    private final String configDigest;
    private final List<StepListener> listeners;
    private final Learners learners;
    private final Thread thread;
    private volatile @Nullable TrainingLoop loop;
    private volatile @Nullable Throwable failure;
    private volatile boolean finished;
    private volatile boolean closed;

    /**
     * @param log the run's topics
     * @param runFolder checkpoints are kept in its folder {@code checkpoints}
     * @param start the weights RL begins with, version 0; also the policy that KL is measured against
     * @param configDigest SHA-256 of the resolved configuration; a run folder of another one is refused
     * @param listeners told of every step, on the trainer's thread
     */
    public TrainerRole(
            EventLog log,
            TrainerConfig config,
            Path runFolder,
            PolicyFolder start,
            String configDigest,
            List<StepListener> listeners) {
        this(
                log,
                config,
                runFolder,
                start.path(),
                configDigest,
                listeners,
                new ModelLearners(config.memoryMebibytes()));
    }

    TrainerRole(
            EventLog log,
            TrainerConfig config,
            Path runFolder,
            Path start,
            String configDigest,
            List<StepListener> listeners,
            Learners learners) {
        this.log = log;
        this.config = config;
        this.checkpointFolder = runFolder.resolve("checkpoints");
        this.start = start;
        this.configDigest = configDigest;
        this.listeners = List.copyOf(listeners);
        this.learners = learners;
        this.thread = new Thread(this::run, "trainer");
    }

    @Override
    public String name() {
        return "trainer";
    }

    @Override
    public void start() {
        thread.start();
    }

    private void run() {
        Set<Long> keepWeights = new HashSet<>(config.keepVersions());
        keepWeights.add(0L);
        keepWeights.add((long) config.totalSteps());
        try (Checkpoints checkpoints = new Checkpoints(
                        checkpointFolder, configDigest, config.keepCheckpoints(), keepWeights, new DurableFiles());
                BatchSource batches = new LogBatchSource(log);
                Announcements announcements = new LogAnnouncements(log)) {
            TrainingLoop current = new TrainingLoop(
                    config,
                    configDigest,
                    start,
                    learners,
                    batches,
                    announcements,
                    checkpoints,
                    listeners,
                    Clock.systemUTC(),
                    System::nanoTime);
            loop = current;
            if (closed) {
                current.stop();
            }
            finished = current.run();
        } catch (Throwable e) { // an Error too must be seen: a role that ends silently is a stall
            LOG.info("The trainer stopped", e); // whoever runs it says so
            failure = e;
        }
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closed = true;
        TrainingLoop current = loop;
        if (current != null) {
            current.stop();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
