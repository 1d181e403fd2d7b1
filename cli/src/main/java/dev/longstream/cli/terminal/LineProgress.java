package dev.longstream.cli.terminal;

import dev.longstream.progress.Progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line every few seconds, and every minute where it says the same as the one before: for files and pipes. */
final class LineProgress implements Progress {
    private static final long BETWEEN = Duration.ofSeconds(5).toNanos();
    private static final long BETWEEN_THE_SAME = Duration.ofMinutes(1).toNanos();

    private final PrintStream err;
    private final LongSupplier nanos;
    private String part = "";
    private long steps;
    private long last;
    private long said = -1;
    private String line = "";

    LineProgress(PrintStream err, LongSupplier nanos) {
        this.err = err;
        this.nanos = nanos;
    }

    @Override
    public void begin(String newPart, long newSteps) {
        part = newPart;
        steps = newSteps;
        said = -1;
        line = "";
        last = nanos.getAsLong() - BETWEEN;
    }

    @Override
    public void at(long step, String words) {
        String next = part + " " + step + "/" + steps + (words.isEmpty() ? "" : "  " + words);
        long between = next.equals(line) ? BETWEEN_THE_SAME : BETWEEN;
        long now = nanos.getAsLong();
        boolean atTheEnd = step == steps && said != steps;
        if (now - last >= between || atTheEnd) {
            said = step;
            line = next;
            last = now;
            err.println(line);
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
