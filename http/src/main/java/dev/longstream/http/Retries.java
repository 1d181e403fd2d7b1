package dev.longstream.http;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes attempts later, on one thread that ends when it has nothing to wait for. May be used from several threads. */
final class Retries implements AutoCloseable {
    /** More than one, so that all are soon awake; few, so that a server that barely stands is not run over. */
    private static final int WOKEN = 2;

    private static final int IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor thread;
    private final Queue<WaitingAttempt> waiting = new ConcurrentLinkedQueue<>();

    /** A waiting attempt. The thread that cancels the timer makes the attempt instead. */
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

    /** Makes it after the wait. */
    @SuppressWarnings("FutureReturnValueIgnored") // an attempt tells of its own failure
    void after(Duration wait, Runnable attempt) {
        timer(wait, attempt);
    }

    /** Makes it after the wait, or as soon as the server is known to be well. */
    void afterOrWhenWell(Duration wait, Runnable attempt) {
        waiting.removeIf(other -> other.timer().isDone());
        waiting.add(new WaitingAttempt(timer(wait, attempt), attempt));
    }

    /** Tells that the server is well: two of those that have waited longest need wait no more. */
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
