package dev.longstream.endpoints;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The prompts of one request under way: what the sampler's thread tells of them, and a way to end them. */
final class Submission implements AutoCloseable {
    private final BlockingQueue<AnswerEvent> events = new LinkedBlockingQueue<>();
    private final boolean partial;
    private volatile boolean cancelled;

    /**
     * Creates a submission without events.
     *
     * @param partial whether unfinished answers give an event after every chunk
     */
    Submission(boolean partial) {
        this.partial = partial;
    }

    /** Returns the next event; null when none came in this time. */
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
