package dev.longstream.runs.watch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Detects that none of the observed values has changed for some time. */
public final class StallWatch {
    private final Duration patience;
    private final Map<String, Long> ends = new LinkedHashMap<>();
    private final Map<String, Instant> moved = new LinkedHashMap<>();
    private @Nullable Instant lastMove;

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
     * @param now time of the observation
     * @param observed values that grow while the run makes progress, by name, e.g. the end offsets of topics
     */
    public boolean stalled(Instant now, Map<String, Long> observed) {
        observed.forEach((name, end) -> {
            Long before = ends.put(name, end);
            if (before == null || !before.equals(end)) {
                moved.put(name, now);
                lastMove = now;
            }
        });
        return lastMove != null && Duration.between(lastMove, now).compareTo(patience) >= 0;
    }

    /** Describes each value with the time since its last change, one line each. */
    public String describe(Instant now) {
        StringBuilder text = new StringBuilder();
        ends.forEach((name, end) -> text.append(String.format(
                Locale.ROOT,
                "  %-32s end offset %-8d last moved %d s ago%n",
                name,
                end,
                Duration.between(moved.getOrDefault(name, now), now).toSeconds())));
        return text.toString().stripTrailing();
    }
}
