package dev.longstream.runs.preparation;

import dev.longstream.failure.UnreachableException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Waits for a learner that cannot be reached and repeats its work, which continues from its last checkpoint. */
final class LearnerPatience {
    private final Consumer<String> say;
    private final Duration pause;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * Creates a patience without end.
     *
     * @param say receives what the work waits for
     * @param pause time between two attempts
     */
    LearnerPatience(Consumer<String> say, Duration pause) {
        this.say = say;
        this.pause = pause;
    }

    /**
     * Repeats work until no {@link UnreachableException} is behind its end.
     *
     * @return result of the work; empty if it was stopped
     */
    <T> Optional<T> run(Supplier<Optional<T>> work) {
        String said = "";
        while (true) {
            try {
                return work.get();
            } catch (RuntimeException e) {
                String why = unreachable(e).orElseThrow(() -> e);
                if (!why.equals(said)) {
                    say.accept("Waiting: " + why);
                    said = why;
                }
            }
            try {
                if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return Optional.empty();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private static Optional<String> unreachable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnreachableException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** Ends the waiting; may be called from another thread. */
    void stop() {
        stopped.countDown();
    }
}
