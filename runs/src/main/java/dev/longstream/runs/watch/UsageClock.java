package dev.longstream.runs.watch;

import dev.longstream.files.JsonFile;

import java.nio.file.Path;
import java.time.Duration;

/** Adds the time of this process to the usage of its run and saves it often, so that a killed process loses little. */
public final class UsageClock implements AutoCloseable {
    private static final long PAUSE = Duration.ofSeconds(5).toNanos();

    private final Path file;
    private final Usage before;
    private final long started = System.nanoTime();
    private long saved = started;

    private UsageClock(Path file, Usage before) {
        this.file = file;
        this.before = before;
    }

    /**
     * Reads the usage of earlier processes and starts the clock.
     *
     * @param file {@code usage.json} of the run
     */
    public static UsageClock start(Path file) {
        return new UsageClock(file, Usage.in(file));
    }

    /** Returns the usage of all processes of the run until now. */
    public Usage now() {
        return before.plus((System.nanoTime() - started) / 1e9);
    }

    /** Writes the usage to the file if the last write was some seconds ago; call it often. */
    public void save() {
        long now = System.nanoTime();
        if (now - saved >= PAUSE) {
            saved = now;
            JsonFile.write(file, now());
        }
    }

    @Override
    public void close() {
        JsonFile.write(file, now());
    }
}
