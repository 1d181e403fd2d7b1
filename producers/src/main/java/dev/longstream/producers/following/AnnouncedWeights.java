package dev.longstream.producers.following;

import dev.longstream.record.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens one announced policy version, whichever is the newest, on the calling thread. */
public final class AnnouncedWeights {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedWeights.class);
    private static final long CHECK_INTERVAL_MS = 200;

    private AnnouncedWeights() {}

    /**
     * Opens a version, which the caller closes; tries again after {@link RetryPauses}.
     *
     * @param stopping whether to give up
     * @return empty if {@code stopping} became true first
     * @throws RuntimeException the failure of {@link RunFiles#open}, if it lasted for minutes
     */
    public static Optional<OpenWeights> open(RunFiles files, Weights announced, BooleanSupplier stopping) {
        RetryPauses pauses = new RetryPauses();
        while (!stopping.getAsBoolean()) {
            try {
                return Optional.of(files.open(announced));
            } catch (RuntimeException e) {
                Duration pause = pauses.after(e);
                LOG.warn("Version {} is tried again in {}: {}", announced.getVersion(), pause, e.getMessage());
                long until = System.nanoTime() + pause.toNanos();
                while (System.nanoTime() - until < 0 && !stopping.getAsBoolean()) {
                    sleep();
                }
            }
        }
        return Optional.empty();
    }

    private static void sleep() {
        try {
            Thread.sleep(CHECK_INTERVAL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for weights", e);
        }
    }
}
