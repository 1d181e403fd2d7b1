package dev.longstream.dashboard.follow;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A result that takes a reading of the whole log, such as the ledger. It is read on another thread when somebody asks, and not again
 * before a minute, or thirty times as long as it took.
 *
 * @param <T> type of the result
 */
public final class BackgroundRead<T> {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundRead.class);
    private static final Duration MIN_PAUSE = Duration.ofMinutes(1);
    private static final int PAUSE_FACTOR = 30;

    private final Supplier<T> reading;
    private final Executor executor;
    private final InstantSource clock;
    private @Nullable ReadResult<T> newest;
    private boolean underWay;
    private String problem = "";
    private Instant nextAt = Instant.MIN;

    /**
     * A result and the time at which its reading began.
     *
     * @param <T> type of the result
     * @param value the result
     * @param at time at which the reading began
     */
    public record ReadResult<T>(T value, Instant at) {}

    /**
     * Creates a result that nothing is known of yet.
     *
     * @param reading reads the log; throws a {@link RuntimeException} if that fails
     */
    public BackgroundRead(Supplier<T> reading, Executor executor, InstantSource clock) {
        this.reading = reading;
        this.executor = executor;
        this.clock = clock;
    }

    /** Returns the newest result, and starts another reading if it is due; empty until the first one ends. */
    public synchronized Optional<ReadResult<T>> newest() {
        if (!underWay && !clock.instant().isBefore(nextAt)) {
            underWay = true;
            executor.execute(this::read);
        }
        return Optional.ofNullable(newest);
    }

    /** Returns why the last reading failed; "" if it did not. */
    public synchronized String problem() {
        return problem;
    }

    private void read() {
        Instant begun = clock.instant();
        @Nullable T value = null;
        String failure = "";
        try {
            value = reading.get();
        } catch (RuntimeException e) { // the page says why, and the next reading may succeed
            LOG.warn("A log cannot be read now", e);
            failure = String.valueOf(e.getMessage());
        }
        synchronized (this) {
            Duration pause = Duration.between(begun, clock.instant()).multipliedBy(PAUSE_FACTOR);
            nextAt = clock.instant().plus(pause.compareTo(MIN_PAUSE) > 0 ? pause : MIN_PAUSE);
            underWay = false;
            problem = failure;
            newest = value == null ? newest : new ReadResult<>(value, begun);
        }
    }
}
