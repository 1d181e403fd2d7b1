package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.time.Duration;

/** Adds this process' time to what the run has used, and keeps it where a killed process leaves it. */
public final class UsageClock implements AutoCloseable {
    private static final long BETWEEN = Duration.ofSeconds(5).toNanos();

    private final Path file;
    private final Usage before;
    private final long started = System.nanoTime();
    private long kept = started;

    private UsageClock(Path file, Usage before) {
        this.file = file;
        this.before = before;
    }

    /** @param file {@code usage.json} of the run */
    public static UsageClock start(Path file) {
        return new UsageClock(file, Usage.in(file));
    }

    /** Usage of all processes of the run until now. */
    public Usage now() {
        return before.plus((System.nanoTime() - started) / 1e9);
    }

    /** Writes the usage to the file every few seconds; to be called often. */
    public void keep() {
        long now = System.nanoTime();
        if (now - kept >= BETWEEN) {
            kept = now;
            JsonFile.write(file, now());
        }
    }

    @Override
    public void close() {
        JsonFile.write(file, now());
    }
}
