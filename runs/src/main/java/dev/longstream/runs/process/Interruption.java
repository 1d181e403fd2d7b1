package dev.longstream.runs.process;

import dev.longstream.runs.failure.InterruptedRunException;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C and SIGTERM: stops the work in progress, and lets the process end only once it has stopped, or after a minute.
 */
public final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "interruption");
    private volatile boolean requested;
    private volatile @Nullable Runnable stop;

    private Interruption() {}

    /** Starts to handle Ctrl-C and SIGTERM. */
    public static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Returns whether the user has interrupted the work. */
    public boolean requested() {
        return requested;
    }

    /**
     * Ends the work if the user has interrupted it.
     *
     * @throws InterruptedRunException if so
     */
    public void refuse() {
        if (requested) {
            throw interrupted();
        }
    }

    /** Returns the failure of interrupted work. */
    public static InterruptedRunException interrupted() {
        return new InterruptedRunException(
                "Interrupted; the progress so far is saved, and the same command continues from here");
    }

    /** Sets the action that stops the part in progress; it is called on another thread, at once if interrupted already. */
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
                System.err.println("Some parts did not stop within " + PATIENCE.toSeconds()
                        + " s; the progress so far is saved, and the same command continues from there");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the handling; call it when the work has stopped. */
    @Override
    public void close() {
        done.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // the hook is running now
            }
        }
    }
}
