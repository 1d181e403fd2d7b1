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
    private long said = -1;

    LineProgress(PrintStream err, LongSupplier nanos) {
        this.err = err;
        this.nanos = nanos;
    }

    @Override
    public void begin(String newPart, long newSteps) {
        part = newPart;
        steps = newSteps;
        said = -1;
        last = nanos.getAsLong() - BETWEEN;
    }

    @Override
    public void at(long step, String words) {
        long now = nanos.getAsLong();
        boolean atTheEnd = step == steps && said != steps;
        if (now - last >= BETWEEN || atTheEnd) {
            said = step;
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
