package dev.longstream.judging;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Attempts that are to be made later, on one thread. May be used from several threads. */
final class Retries implements AutoCloseable {
    /** More than one, so that all are soon awake; few, so that a judge that barely stands is not run over. */
    private static final int WOKEN = 2;

    private final ScheduledExecutorService thread;
    private final Queue<WaitingAttempt> waiting = new ConcurrentLinkedQueue<>();

    /** What cancels the timer makes the attempt in its place. */
    private record WaitingAttempt(ScheduledFuture<?> timer, Runnable attempt) {}

    Retries() {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "judge-retries");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Makes it after the wait. */
    void after(Duration wait, Runnable attempt) {
        timer(wait, attempt);
    }

    /** Makes it after the wait, or as soon as the judge is known to be well. */
    void afterOrWhenWell(Duration wait, Runnable attempt) {
        waiting.removeIf(other -> other.timer().isDone());
        waiting.add(new WaitingAttempt(timer(wait, attempt), attempt));
    }

    /** The judge is well: two of those that have waited longest need wait no more. */
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
