package dev.longstream.cli.terminal;

import dev.longstream.progress.Progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Prints progress as lines, for files and pipes: a new line at most every few seconds, an unchanged line at most every minute.
 */
final class LineProgress implements Progress {
    private static final long PAUSE = Duration.ofSeconds(5).toNanos();
    private static final long PAUSE_IF_UNCHANGED = Duration.ofMinutes(1).toNanos();

    private final PrintStream err;
    private final LongSupplier nanos;
    private String part = "";
    private long steps;
    private long lastNanos;
    private long lastStep = -1;
    private String line = "";

    LineProgress(PrintStream err, LongSupplier nanos) {
        this.err = err;
        this.nanos = nanos;
    }

    @Override
    public void begin(String newPart, long newSteps) {
        part = newPart;
        steps = newSteps;
        lastStep = -1;
        line = "";
        lastNanos = nanos.getAsLong() - PAUSE;
    }

    @Override
    public void at(long step, String words) {
        String next = part + " " + step + "/" + steps + (words.isEmpty() ? "" : "  " + words);
        long pause = next.equals(line) ? PAUSE_IF_UNCHANGED : PAUSE;
        long now = nanos.getAsLong();
        boolean atTheEnd = step == steps && lastStep != steps;
        if (now - lastNanos >= pause || atTheEnd) {
            lastStep = step;
            line = next;
            lastNanos = now;
            Shown.words(line, err::println);
        }
    }

    @Override
    public void say(String words) {
        Shown.words(words, err::println);
    }

    @Override
    public void close() {
        err.flush();
    }
}
