package dev.longstream.log;

import dev.longstream.logging.LogOrigin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Base class of a role that works on one thread of its own until it is closed. When a broker or a registry does not answer, the
 * role waits and begins its work again, as often as it takes.
 */
public abstract class ThreadRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadRole.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final String name;
    private final Thread thread;
    private final Duration closePatience;
    private final AtomicLong heartbeat = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong restarts = new AtomicLong();
    private volatile boolean stopping;
    private volatile @Nullable String waitsFor;
    private volatile @Nullable Throwable failure;

    /**
     * Creates a role that is not started yet.
     *
     * @param name the role's name, an argument of {@code longstream run}
     * @param thread name of the thread
     */
    protected ThreadRole(String name, String thread) {
        this(name, thread, CLOSE_PATIENCE);
    }

    /**
     * Creates a role that is not started yet, with a patience of its own.
     *
     * @param name the role's name, an argument of {@code longstream run}
     * @param thread name of the thread
     * @param closePatience how long {@link #close} waits for the thread to end; zero waits until it has ended
     */
    protected ThreadRole(String name, String thread, Duration closePatience) {
        this.name = name;
        this.thread = new Thread(this::run, thread);
        this.closePatience = closePatience;
    }

    /**
     * Performs the role's work until {@link #stopping()} is true. Checks it often and returns soon after. Called again after a
     * {@link PassingFault}.
     */
    protected abstract void work() throws Exception;

    /**
     * Wakes the work when the role is closed, for a role that cannot check {@link #stopping()} often. Does nothing by
     * default.
     */
    protected void onClose() {}

    /** Tells whether the role was closed. */
    protected final boolean stopping() {
        return stopping;
    }

    /** Counts a piece of work, so that nobody takes long work for a standstill. May be called by any thread. */
    protected final void beat() {
        heartbeat.incrementAndGet();
    }

    @Override
    public final long heartbeat() {
        return heartbeat.get();
    }

    /** Says what keeps the role from its work; null: nothing. */
    protected final void waitFor(@Nullable String what) {
        waitsFor = what;
    }

    @Override
    public final Optional<String> waitsFor() {
        return Optional.ofNullable(waitsFor);
    }

    @Override
    public final long restarts() {
        return restarts.get();
    }

    private void run() {
        LogOrigin.role(name);
        Duration pause = FIRST_PAUSE;
        while (true) {
            long began = System.nanoTime();
            try {
                work();
                return;
            } catch (Throwable e) { // Errors too: a role that ends silently would stall the run
                if (stopping) {
                    LOG.warn(
                            "{} did not stop cleanly; its unfinished records will be processed again",
                            thread.getName(),
                            e);
                    return;
                }
                if (!PassingFault.isBehind(e)) {
                    LOG.error("{} stopped", thread.getName(), e);
                    failure = e;
                    return;
                }
                pause = System.nanoTime() - began > MAX_PAUSE.toNanos() ? FIRST_PAUSE : pause;
                LOG.warn("{} waits {} and goes on: {}", thread.getName(), pause, e.toString());
                waitFor(String.valueOf(e.getMessage()));
            }
            if (!waited(pause)) {
                return;
            }
            waitFor(null);
            restarts.incrementAndGet();
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    /** Waits, and returns whether the role is still open. */
    private boolean waited(Duration pause) {
        try {
            return !closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void start() {
        thread.start();
    }

    /** Returns false; a role that can finish overrides this method. */
    @Override
    public boolean finished() {
        return false;
    }

    @Override
    public final Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        stopping = true;
        closed.countDown();
        onClose();
        try {
            thread.join(closePatience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
