package dev.longstream.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Number of failures that are tolerated within a time, so that a run of weeks may have many and a defect few. */
final class FailureBudget {
    private final int maxFailures;
    private final Duration window;
    private final Deque<Long> failures = new ArrayDeque<>();

    /**
     * Creates a budget of which nothing is spent.
     *
     * @param maxFailures number of failures that may lie within {@code window}
     */
    FailureBudget(int maxFailures, Duration window) {
        this.maxFailures = maxFailures;
        this.window = window;
    }

    /**
     * Records a failure and returns whether the budget allows it.
     *
     * @param nanoTime time of the failure on a clock that nobody sets, in nanoseconds
     */
    synchronized boolean spend(long nanoTime) {
        failures.add(nanoTime);
        while (nanoTime - failures.element() > window.toNanos()) {
            failures.remove();
        }
        return failures.size() <= maxFailures;
    }
}
