package dev.longstream.trainer.loop;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Measures a step's wall time by part: each mark ends one part and begins the next. */
final class PartTimer {
    static final String WAIT = "wait";
    static final String FETCH = "fetch";
    static final String FORWARD_BACKWARD = "forward-backward";
    static final String OPTIMIZER = "optimizer";
    static final String CHECKPOINT = "checkpoint";

    private final LongSupplier nanoTime;
    private final Map<String, Double> seconds = new TreeMap<>();
    private long start;

    PartTimer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Adds the time since the last mark to {@code part}. */
    void mark(String part) {
        long now = nanoTime.getAsLong();
        seconds.merge(part, (now - start) / 1e9, Double::sum);
        start = now;
    }

    Map<String, Double> seconds() {
        return new TreeMap<>(seconds);
    }
}
