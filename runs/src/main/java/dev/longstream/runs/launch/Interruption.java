package dev.longstream.runs.launch;

import dev.longstream.runs.failure.InterruptedRunException;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or a request to terminate: the work is asked to stop, and the process ends only when it has, or after a while.
 */
public final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "interruption");
    private volatile boolean requested;
    private volatile @Nullable Runnable stop;

    private Interruption() {}

    /** Listens for Ctrl-C and SIGTERM from now on. */
    public static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    boolean requested() {
        return requested;
    }

    /** @throws InterruptedRunException if it was requested */
    void refuse() {
        if (requested) {
            throw interrupted();
        }
    }

    static InterruptedRunException interrupted() {
        return new InterruptedRunException(
                "Interrupted; everything so far is kept, and the same command goes on from here");
    }

    /** What to call, from another thread, to stop the part that runs now. */
    public void stopsBy(Runnable action) {
        stop = action;
        if (requested) {
            action.run();
        }
    }

    private void stopAndWait() {
        requested = true;
        Runnable action = stop;
        if (action != null) {
            action.run();
        }
        try {
            if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("Not everything stopped within " + PATIENCE.toSeconds()
                        + " s; nothing is lost, the same command goes on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work is over. */
    @Override
    public void close() {
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // it is running this moment
            }
        }
    }
}
