package dev.longstream.trainer.serving;

import dev.longstream.files.FolderLease;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Checkpoints that somebody downloads, each with a {@link FolderLease} until 30 seconds after its last block was sent: the files
 * of a version are fetched one after another.
 */
final class RequestedVersions implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(30);
    private static final long CHECK_SECONDS = 5;

    private final Map<Path, Requested> versions = new HashMap<>();
    private final ScheduledExecutorService clean;

    private static final class Requested {
        final Optional<FolderLease> lease;
        long lastUse = System.nanoTime();

        Requested(Optional<FolderLease> lease) {
            this.lease = lease;
        }
    }

    RequestedVersions() {
        this.clean = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "version-server-leases");
            thread.setDaemon(true);
            return thread;
        });
        Future<?> unused = clean.scheduleWithFixedDelay(this::endOld, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    /** Keeps a checkpoint for a while, counted from now. */
    synchronized void touch(Path checkpoint) {
        Requested requested = versions.computeIfAbsent(checkpoint, folder -> new Requested(FolderLease.take(folder)));
        requested.lastUse = System.nanoTime();
    }

    private synchronized void endOld() {
        for (Iterator<Requested> each = versions.values().iterator(); each.hasNext(); ) {
            Requested requested = each.next();
            if (System.nanoTime() - requested.lastUse > LINGER.toNanos()) {
                requested.lease.ifPresent(FolderLease::close);
                each.remove();
            }
        }
    }

    @Override
    public void close() {
        clean.shutdownNow();
        synchronized (this) {
            versions.values().forEach(requested -> requested.lease.ifPresent(FolderLease::close));
            versions.clear();
        }
    }
}
