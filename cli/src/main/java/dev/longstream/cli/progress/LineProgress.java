package dev.longstream.cli.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line every few seconds: for files and pipes. */
final class LineProgress implements Progress {
    private static final long BETWEEN = Duration.ofSeconds(5).toNanos();

    private final PrintStream err;
    private final LongSupplier nanos;
    private String part = "";
    private long steps;
    private long last;

    LineProgress(PrintStream err, LongSupplier nanos) {
        this.err = err;
        this.nanos = nanos;
    }

    @Override
    public void begin(String newPart, long newSteps) {
        part = newPart;
        steps = newSteps;
        last = nanos.getAsLong() - BETWEEN;
    }

    @Override
    public void at(long step, String words) {
        long now = nanos.getAsLong();
        if (now - last >= BETWEEN || step == steps) {
            last = now;
            err.println(part + " " + step + "/" + steps + (words.isEmpty() ? "" : "  " + words));
        }
    }

    @Override
    public void say(String words) {
        err.println(words);
    }

    @Override
    public void close() {
        err.flush();
    }
}
