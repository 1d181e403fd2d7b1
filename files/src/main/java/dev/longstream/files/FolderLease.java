package dev.longstream.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Mark in a folder that somebody reads it, so that whoever removes old folders leaves this one for now. It works between
 * hosts that share a file system, also where that has no locks.
 *
 * <p>The mark is a small file {@code .in-use-HOST-PID-N} in the folder. It is written again every 15 seconds, and counts
 * until two minutes after the last time, so that the mark of a killed process ends by itself.
 */
public final class FolderLease implements AutoCloseable {
    private static final String PREFIX = ".in-use-";
    private static final Duration EXPIRY = Duration.ofMinutes(2);
    private static final long RENEWAL_MS = EXPIRY.dividedBy(8).toMillis();
    private static final AtomicLong COUNT = new AtomicLong();
    private static final ScheduledExecutorService KEEPER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "folder-leases");
        thread.setDaemon(true);
        return thread;
    });

    private final Path file;
    private final Future<?> renewal;

    private FolderLease(Path file) {
        this.file = file;
        this.renewal = KEEPER.scheduleWithFixedDelay(
                () -> write(file, StandardOpenOption.WRITE), RENEWAL_MS, RENEWAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Marks a folder as read by this process; empty if the folder is gone or cannot be written. */
    public static Optional<FolderLease> take(Path folder) {
        Path file = folder.resolve(PREFIX + ProcessName.get() + "-" + COUNT.incrementAndGet());
        return write(file, StandardOpenOption.CREATE) ? Optional.of(new FolderLease(file)) : Optional.empty();
    }

    /** Returns whether a process that is alive, or died less than two minutes ago, reads the folder. */
    public static boolean isHeld(Path folder) throws IOException {
        Instant since = Instant.now().minus(EXPIRY);
        for (Path mark : marks(folder)) {
            try {
                if (Files.getLastModifiedTime(mark).toInstant().isAfter(since)) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // Its reader has finished since the folder was listed.
            }
        }
        return false;
    }

    private static List<Path> marks(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
    }

    /**
     * Writes the mark and returns whether that succeeded. Writing a byte lets the file's host set the time, which a time set
     * by this host would not.
     */
    private static boolean write(Path file, StandardOpenOption option) {
        try {
            Files.write(file, new byte[] {'\n'}, StandardOpenOption.WRITE, option);
            return true;
        } catch (IOException e) {
            return false; // a folder that is gone, or that this process may only read
        }
    }

    /** Removes the mark. What cannot be removed ends by itself. */
    @Override
    public void close() {
        renewal.cancel(false);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The folder is gone or cannot be reached now; the mark ends by itself.
        }
    }
}
