package dev.longstream.runs.monitoring;

import java.time.Duration;

/** Detects that a role with work makes no progress. */
final class Standstill {
    private final Duration patience;
    private long progress = Long.MIN_VALUE;
    private long since;

    /**
     * Creates the detector of one role.
     *
     * @param patience time without progress after which the role stands still
     */
    Standstill(Duration patience) {
        this.patience = patience;
    }

    /**
     * Records an observation and returns whether the role stands still.
     *
     * @param nanoTime time of the observation on a clock that nobody sets, in nanoseconds
     * @param newProgress number that changes while the role works
     * @param hasWork whether records wait for the role
     */
    boolean isStalled(long nanoTime, long newProgress, boolean hasWork) {
        if (newProgress != progress || !hasWork) {
            progress = newProgress;
            since = nanoTime;
        }
        return nanoTime - since >= patience.toNanos();
    }
}
