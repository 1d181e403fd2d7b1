package dev.longstream.producers.queue;

import dev.longstream.log.LogException;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for what has been sent. */
public final class Futures {
    private Futures() {}

    /** @throws LogException if the broker refused it */
    public static <T> T get(Future<T> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new LogException("A record was refused by the broker: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while a record was being sent", e);
        }
    }
}
