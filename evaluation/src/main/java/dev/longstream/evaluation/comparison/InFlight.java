package dev.longstream.evaluation.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs requests to a server on a fixed number of threads. */
final class InFlight {
    private InFlight() {}

    /** A request that returns a result for one item. */
    interface Request<S, T> {
        T send(S item) throws InterruptedException;
    }

    /** A task for one item, without a result. */
    interface QueuedWork<S> {
        void run(S item) throws InterruptedException;
    }

    /**
     * Runs {@code work} for every item, several at a time. After a failure no further task starts; the running ones end, and
     * the failure is thrown.
     *
     * @param maxInFlight number of tasks at a time
     */
    static <S> void each(int maxInFlight, List<S> items, QueuedWork<S> work) throws InterruptedException {
        all(maxInFlight, items, item -> {
            work.run(item);
            return item;
        });
    }

    /**
     * Sends {@code request} for every item, several at a time, and returns the results in the order of the items. After a
     * failure no further request starts; the running ones end, and the failure is thrown.
     *
     * @param maxInFlight number of requests at a time
     */
    static <S, T> List<T> all(int maxInFlight, List<S> items, Request<S, T> request) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(maxInFlight);
        AtomicBoolean failed = new AtomicBoolean(); // the results are awaited in order, and a later item may fail first
        List<Future<T>> futures = items.stream()
                .map(item -> threads.submit(() -> {
                    if (failed.get()) {
                        throw new CancellationException();
                    }
                    try {
                        return request.send(item);
                    } catch (Throwable e) {
                        failed.set(true);
                        throw e;
                    }
                }))
                .toList();
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } finally {
            futures.forEach(future -> future.cancel(false));
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.HOURS);
        }
    }
}
