package dev.longstream.trainer.loop;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Where a step's wall time goes, by part: each mark ends one and begins the next. */
final class PartTimer {
    static final String WAIT = "wait";
    static final String FETCH = "fetch";
    static final String FORWARD_BACKWARD = "forward-backward";
    static final String OPTIMIZER = "optimizer";
    static final String CHECKPOINT = "checkpoint";

    private final LongSupplier nanoTime;
    private final Map<String, Double> seconds = new TreeMap<>();
    private long begun;

    PartTimer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /** Everything since the last mark was {@code part}. */
    void mark(String part) {
        long now = nanoTime.getAsLong();
        seconds.merge(part, (now - begun) / 1e9, Double::sum);
        begun = now;
    }

    Map<String, Double> seconds() {
        return new TreeMap<>(seconds);
    }
}
