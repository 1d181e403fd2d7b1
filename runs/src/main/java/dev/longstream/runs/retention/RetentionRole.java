package dev.longstream.runs.retention;

import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.runs.config.RetentionSection;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Prunes a run's log while it works, every few minutes. It runs where the trainer runs, beside the checkpoints. */
public final class RetentionRole extends ThreadRole {
    /** Time between two prunings, each of which reads what is kept of the log. */
    public static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final double MIN_SHARE = 0.25;

    private final Pruner pruner;
    private final RetentionSection section;
    private final Duration interval;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Creates the role of one run.
     *
     * @param folder run folder, which has the checkpoints
     * @param section part of the log that is kept; not everything
     * @param interval time between two prunings
     */
    public RetentionRole(EventLog log, Path folder, RetentionSection section, Duration interval) {
        super("retention", "retention");
        this.pruner = new Pruner(log, folder);
        this.section = section;
        this.interval = interval;
    }

    @Override
    protected void work() throws InterruptedException {
        while (!stopping()) {
            boolean unused = pruner.prune(Limits.of(section, Instant.now()), MIN_SHARE);
            beat();
            if (closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    @Override
    protected void onClose() {
        closed.countDown();
    }
}
