package dev.longstream.runs.watch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Notices that nothing moves any more. */
public final class StallWatch {
    private final Duration patience;
    private final Map<String, Long> ends = new LinkedHashMap<>();
    private final Map<String, Instant> moved = new LinkedHashMap<>();
    private @Nullable Instant lastMove;

    /** @param patience how long nothing may move */
    public StallWatch(Duration patience) {
        this.patience = patience;
    }

    /**
     * @param now the time of the observation
     * @param observed something that grows while the run makes progress, by name: a topic's end offset
     * @return whether nothing has moved for as long as the patience lasts
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

    /** Each name with its end and how long ago it moved. */
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
