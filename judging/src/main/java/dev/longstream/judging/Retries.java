package dev.longstream.judging;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Schedules attempts on one thread. Thread-safe. */
final class Retries implements AutoCloseable {
    /**
     * Number of waiting attempts that a success starts: more than one, so that all start soon; few, so that a judge
     * that has just recovered is not overloaded.
     */
    private static final int WOKEN = 2;

    private final ScheduledExecutorService thread;
    private final Queue<WaitingAttempt> waiting = new ConcurrentLinkedQueue<>();

    /** A waiting attempt. The thread that cancels the timer makes the attempt instead. */
    private record WaitingAttempt(ScheduledFuture<?> timer, Runnable attempt) {}

    Retries() {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "judge-retries");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes the attempt after the wait. */
    @SuppressWarnings("FutureReturnValueIgnored") // an attempt ends its own request, whatever it throws
    void after(Duration wait, Runnable attempt) {
        timer(wait, attempt);
    }

    /** Makes the attempt after the wait, or earlier if {@link #wake} is called. */
    void afterOrWhenWell(Duration wait, Runnable attempt) {
        waiting.removeIf(other -> other.timer().isDone());
        waiting.add(new WaitingAttempt(timer(wait, attempt), attempt));
    }

    /** Starts the two attempts that have waited longest, because the judge has just answered. */
    @SuppressWarnings("FutureReturnValueIgnored") // an attempt ends its own request, whatever it throws
    void wake() {
        for (int woken = 0; woken < WOKEN; ) {
            WaitingAttempt next = waiting.poll();
            if (next == null) {
                return;
            }
            if (next.timer().cancel(false)) {
                timer(Duration.ZERO, next.attempt());
                woken++;
            }
        }
    }

    private ScheduledFuture<?> timer(Duration wait, Runnable attempt) {
        return thread.schedule(attempt, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
