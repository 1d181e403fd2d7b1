package dev.longstream.producers.following;

import dev.longstream.log.EventLog;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens the newest announced policy version on a thread of its own, while its reader works with older weights. A version that
 * cannot be opened, or whose digest is wrong, is tried again after {@link RetryPauses}; a newer version is tried at once. Used by
 * one thread.
 */
public final class NewestWeights implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewestWeights.class);
    private static final long CLOSE_SECONDS = 5;

    private final WeightsFollower follower;
    private final RunFiles files;
    private final RetryPauses pauses;
    private final ExecutorService opener;
    private @Nullable Future<OpenWeights> opening;
    private long wanted = -1;
    private long beginAt = System.nanoTime();
    private volatile boolean closed;

    /** Creates a reader that starts before the first version. */
    public NewestWeights(EventLog log, RunFiles files) {
        this(log, files, new RetryPauses());
    }

    NewestWeights(EventLog log, RunFiles files, RetryPauses pauses) {
        this.follower = new WeightsFollower(log);
        this.files = files;
        this.pauses = pauses;
        this.opener = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "weights-opener");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Returns an open version newer than {@code version}, which the caller closes; empty if none is ready within
     * {@code patience}.
     *
     * @throws RuntimeException the failure of {@link RunFiles#open}, if the newest version could not be opened for minutes
     */
    public Optional<OpenWeights> newerThan(long version, Duration patience) {
        Optional<Weights> newest = follower.newest(opening == null ? patience : Duration.ZERO)
                .filter(announced -> announced.getVersion() > version);
        Future<OpenWeights> current = opening;
        if (current == null) {
            if (newest.isEmpty() || isPausing(newest.get())) {
                return Optional.empty();
            }
            current = begin(newest.get());
        }
        try {
            OpenWeights open = current.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            opening = null;
            pauses.reset();
            return Optional.of(open);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            opening = null;
            Duration pause = pauses.after(e.getCause());
            LOG.warn("Version {} is not used yet, and is tried again: {}", wanted, e.getCause().getMessage());
            beginAt = System.nanoTime() + pause.toNanos();
            return Optional.empty();
        }
    }

    private boolean isPausing(Weights newest) {
        return newest.getVersion() == wanted && System.nanoTime() - beginAt < 0;
    }

    private Future<OpenWeights> begin(Weights newest) {
        if (newest.getVersion() != wanted) {
            wanted = newest.getVersion();
            pauses.reset();
        }
        Future<OpenWeights> begun = opener.submit(() -> {
            OpenWeights open = files.open(newest);
            if (closed) {
                open.close(); // nobody waits for it any more
            }
            return open;
        });
        opening = begun;
        return begun;
    }

    /** Ends the thread; a version that is being opened is closed as soon as it is open. */
    @Override
    public void close() {
        closed = true;
        opener.shutdownNow();
        follower.close();
        Future<OpenWeights> current = opening;
        try {
            if (current != null && opener.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS) && current.isDone()) {
                current.get().close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            LOG.debug("Version {} was not opened before the end", wanted, e);
        }
    }
}
