package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens the newest announced policy version, or a given one, on a thread of its own, while its user works with other weights.
 * A version that cannot be opened, or whose digest is wrong, is tried again after {@link RetryPauses}; another version is tried
 * at once. Used by one thread.
 */
public final class WeightsOpener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WeightsOpener.class);
    private static final long CLOSE_SECONDS = 5;

    private final WeightsFollower follower;
    private final RunFiles files;
    private final RetryPauses pauses;
    private final ExecutorService opener;
    private @Nullable Future<OpenWeights> opening;
    private long wanted = -1;
    private long beginAt = System.nanoTime();
    private volatile boolean closed;

    /** Creates an opener that starts before the first version. */
    public WeightsOpener(EventLog log, RunFiles files) {
        this(log, files, new RetryPauses());
    }

    WeightsOpener(EventLog log, RunFiles files, RetryPauses pauses) {
        this.follower = new WeightsFollower(log, files::note);
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
        return open(newest, patience);
    }

    /** Returns the number of the newest announced version; -1 before the first. */
    public long newestVersion() {
        return follower.newest(Duration.ZERO).map(Weights::getVersion).orElse(-1L);
    }

    /**
     * Opens one version, which the caller closes; empty if it is not announced or not ready within {@code patience}.
     *
     * @throws UnusableInputException if a newer version is announced, but never this one
     * @throws RuntimeException the failure of {@link RunFiles#open}, if the version could not be opened for minutes
     */
    public Optional<OpenWeights> exactly(long version, Duration patience) {
        Optional<Weights> known = follower.version(version);
        if (known.isEmpty()) {
            long newest = follower.newest(opening == null ? patience : Duration.ZERO)
                    .map(Weights::getVersion)
                    .orElse(-1L);
            known = follower.version(version);
            if (known.isEmpty() && newest > version) {
                throw new UnusableInputException("The topic weights announces version " + newest + ", but not version "
                        + version + ", under which answers are to be sampled: it is another run's, or records are"
                        + " missing");
            }
        }
        Optional<OpenWeights> open = open(known, patience);
        if (open.isPresent() && open.get().announced().getVersion() != version) {
            open.get().close(); // it was wanted before
            return Optional.empty();
        }
        return open;
    }

    private Optional<OpenWeights> open(Optional<Weights> target, Duration patience) {
        Future<OpenWeights> current = opening;
        if (current == null) {
            if (target.isEmpty() || isPausing(target.get())) {
                return Optional.empty();
            }
            current = begin(target.get());
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
            Throwable failure = Objects.requireNonNullElse(e.getCause(), e);
            Duration pause = pauses.after(failure);
            LOG.warn("Version {} is not used yet, and is tried again: {}", wanted, failure.getMessage());
            beginAt = System.nanoTime() + pause.toNanos();
            return Optional.empty();
        }
    }

    private boolean isPausing(Weights target) {
        return target.getVersion() == wanted && System.nanoTime() - beginAt < 0;
    }

    private Future<OpenWeights> begin(Weights target) {
        if (target.getVersion() != wanted) {
            wanted = target.getVersion();
            pauses.reset();
        }
        Future<OpenWeights> begun = opener.submit(() -> {
            OpenWeights open = files.open(target);
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
