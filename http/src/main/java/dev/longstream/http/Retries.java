package dev.longstream.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Schedules attempts on one thread, which ends when no attempt waits. May be used from several threads. */
final class Retries implements AutoCloseable {
    /** Waiting attempts that one reply starts. With two, all start soon, but not all at once at a server that has just recovered. */
    private static final int WOKEN = 2;

    private static final int IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor thread;
    private final Queue<WaitingAttempt> waiting = new ConcurrentLinkedQueue<>();

    /** Waiting attempt. Whoever cancels its timer makes the attempt. */
    private record WaitingAttempt(ScheduledFuture<?> timer, Runnable attempt) {}

    Retries() {
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "http-retries");
            made.setDaemon(true);
            return made;
        });
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Makes an attempt after a delay. */
    @SuppressWarnings("FutureReturnValueIgnored") // an attempt tells of its own failure
    void after(Duration wait, Runnable attempt) {
        timer(wait, attempt);
    }

    /** Makes an attempt after a delay, or earlier if {@link #wake} reports that the server works. */
    void afterOrWhenWell(Duration wait, Runnable attempt) {
        waiting.removeIf(other -> other.timer().isDone());
        waiting.add(new WaitingAttempt(timer(wait, attempt), attempt));
    }

    /** Reports that the server works: the two attempts that have waited longest are made at once. */
    @SuppressWarnings("FutureReturnValueIgnored") // an attempt tells of its own failure
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
