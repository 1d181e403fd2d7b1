package dev.longstream.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;

/** A role that works on one thread of its own until it is closed. */
public abstract class ThreadRole implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadRole.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final String name;
    private final Thread thread;
    private final Duration closePatience;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    /**
     * @param name the stage's, as {@code longstream run} takes it
     * @param thread what the thread is called
     */
    protected ThreadRole(String name, String thread) {
        this(name, thread, CLOSE_PATIENCE);
    }

    /**
     * @param name the stage's, as {@code longstream run} takes it
     * @param thread what the thread is called
     * @param closePatience how long {@link #close} waits for the thread to end; zero waits until it has ended
     */
    protected ThreadRole(String name, String thread, Duration closePatience) {
        this.name = name;
        this.thread = new Thread(this::run, thread);
        this.closePatience = closePatience;
    }

    /** Everything the role does; looks at {@link #stopping()} often, and returns soon after that is true. */
    protected abstract void work() throws Exception;

    /** Tells the work that the role was closed, where looking at {@link #stopping()} is not enough. */
    protected void onClose() {}

    /** Whether the role was closed. */
    protected final boolean stopping() {
        return stopping;
    }

    private void run() {
        try {
            work();
        } catch (Throwable e) { // an Error too must be seen: a role that ends silently is a stall
            if (stopping) {
                LOG.warn(
                        "{} did not stop cleanly; what it had taken and not finished comes again", thread.getName(), e);
            } else {
                LOG.info("{} stopped", thread.getName(), e); // whoever runs it says so
                failure = e;
            }
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

    /** Never, for a role that follows the log for ever. */
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
        onClose();
        try {
            thread.join(closePatience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
