package dev.longstream.evaluation.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Work that waits for a server most of the time, so much of it at once. */
final class InFlight {
    private InFlight() {}

    /** What is asked about one item. */
    interface Asking<S, T> {
        T about(S item) throws InterruptedException;
    }

    /** What is done with one item. */
    interface QueuedWork<S> {
        void on(S item) throws InterruptedException;
    }

    /** As {@link #all}, without results. */
    static <S> void each(int most, List<S> items, QueuedWork<S> work) throws InterruptedException {
        all(most, items, item -> {
            work.on(item);
            return item;
        });
    }

    /**
     * Results in the order of the items. When one fails, those under way end, no other begins, and its failure is thrown.
     *
     * @param most at once
     */
    static <S, T> List<T> all(int most, List<S> items, Asking<S, T> asking) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(most);
        List<Future<T>> all = items.stream()
                .map(item -> threads.submit(() -> asking.about(item)))
                .toList();
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> one : all) {
                results.add(one.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } finally {
            all.forEach(one -> one.cancel(false));
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.HOURS);
        }
    }
}
