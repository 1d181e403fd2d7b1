package dev.longstream.cli.train;

import java.time.Duration;

/** Adds this process' time to what the run has used, and keeps it where a killed process leaves it. */
final class UsageClock implements AutoCloseable {
    private static final long BETWEEN = Duration.ofSeconds(5).toNanos();

    private final RunFolder folder;
    private final Usage before;
    private final long started = System.nanoTime();
    private long kept = started;

    private UsageClock(RunFolder folder, Usage before) {
        this.folder = folder;
        this.before = before;
    }

    static UsageClock start(RunFolder folder) {
        return new UsageClock(folder, folder.usage());
    }

    Usage now() {
        return before.plus((System.nanoTime() - started) / 1e9);
    }

    /** Keeps it, every few seconds. */
    void keep() {
        long now = System.nanoTime();
        if (now - kept >= BETWEEN) {
            kept = now;
            folder.write(now());
        }
    }

    @Override
    public void close() {
        folder.write(now());
    }
}
