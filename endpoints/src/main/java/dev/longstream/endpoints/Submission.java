package dev.longstream.endpoints;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Prompts of one request in the sampler, with a queue of their events. Closing cancels them. */
final class Submission implements AutoCloseable {
    private final BlockingQueue<AnswerEvent> events = new LinkedBlockingQueue<>();
    private final boolean partial;
    private volatile boolean cancelled;

    /**
     * Creates a submission without events.
     *
     * @param partial whether an unfinished answer has an event after every chunk
     */
    Submission(boolean partial) {
        this.partial = partial;
    }

    /** Waits for the next event and returns it; null if the wait ends first. */
    @Nullable
    AnswerEvent next(Duration wait) throws InterruptedException {
        return events.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds an event. An answer that has grown replaces its shorter form, so that a slow client's events do not pile up. */
    void put(AnswerEvent event) {
        if (event instanceof AnswerEvent.Decoded grown) {
            events.removeIf(earlier -> earlier instanceof AnswerEvent.Decoded shorter && grown.isOfSameAnswer(shorter));
        }
        events.add(event);
    }

    boolean wantsPartialAnswers() {
        return partial;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Cancels the prompts at the sampler's next chunk. */
    @Override
    public void close() {
        cancelled = true;
    }
}
