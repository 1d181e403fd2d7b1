package dev.longstream.runs.watch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Detects that none of the observed values has changed for some time. It counts the time in which it watched: a process that
 * was suspended did not, and a wall clock that is set does not count.
 */
public final class StallWatch {
    /** Largest time that a single observation adds. */
    static final Duration MAX_GAP = Duration.ofSeconds(30);

    private final Duration patience;
    private final Map<String, Long> values = new LinkedHashMap<>();
    private final Map<String, Duration> moved = new LinkedHashMap<>();
    private Duration watched = Duration.ZERO;
    private Duration lastMove = Duration.ZERO;
    private @Nullable Long lastLook;

    /**
     * Creates a watch without observations.
     *
     * @param patience time without a change after which the watch reports a stall
     */
    public StallWatch(Duration patience) {
        this.patience = patience;
    }

    /**
     * Records an observation and returns whether nothing has changed for the time of the patience.
     *
     * @param nanoTime time of the observation on a clock that nobody sets, in nanoseconds
     * @param observed values that change while the run makes progress, by name, e.g. the end offsets of topics
     */
    public boolean stalled(long nanoTime, Map<String, Long> observed) {
        Duration gap = lastLook == null ? Duration.ZERO : Duration.ofNanos(nanoTime - lastLook);
        lastLook = nanoTime;
        watched = watched.plus(gap.compareTo(MAX_GAP) < 0 ? gap : MAX_GAP);
        observed.forEach((name, value) -> {
            Long before = values.put(name, value);
            if (!value.equals(before)) {
                moved.put(name, watched);
                lastMove = watched;
            }
        });
        return watched.minus(lastMove).compareTo(patience) >= 0;
    }

    /** Returns how long nothing has changed. */
    Duration quiet() {
        return watched.minus(lastMove);
    }

    /** Describes each value with the time since its last change, one line each. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(String.format(
                Locale.ROOT,
                "  %-32s at %-8d last moved %d s ago%n",
                name,
                value,
                watched.minus(moved.getOrDefault(name, watched)).toSeconds())));
        return text.toString().stripTrailing();
    }
}
