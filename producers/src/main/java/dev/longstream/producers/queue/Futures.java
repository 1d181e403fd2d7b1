package dev.longstream.producers.queue;

import dev.longstream.log.LogException;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for the broker's answer to records that were sent. */
public final class Futures {
    private Futures() {}

    /**
     * Waits for one record and returns the future's result.
     *
     * @throws LogException if the broker refused the record
     */
    public static <T> T get(Future<T> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new LogException("The broker refused a record: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while a record was being sent", e);
        }
    }
}
