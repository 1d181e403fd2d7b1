package dev.longstream.runs.watch;

import dev.longstream.files.FreeSpace;
import dev.longstream.runs.failure.DiskSpaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stops a run before a disk is full: a checkpoint must fit beside those that are kept, and the embedded broker ends its process
 * when it cannot write. Not thread-safe.
 */
public final class DiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final long MEBIBYTE = 1L << 20;

    private final FreeSpace space;
    private final Path checkpoints;
    private final List<Path> folders;
    private final long reserve;
    private final long checkpointBytes;
    private long lookedAt = System.nanoTime() - BETWEEN_LOOKS.toNanos();

    /**
     * Creates the watch of one run.
     *
     * @param space measures free space
     * @param checkpoints folder in which checkpoints are written
     * @param folders other folders that grow
     * @param reserve bytes that must stay free; 0: nothing is checked
     * @param checkpointBytes bytes of a checkpoint, which must be free besides in its folder
     */
    public DiskWatch(FreeSpace space, Path checkpoints, List<Path> folders, long reserve, long checkpointBytes) {
        this.space = space;
        this.checkpoints = checkpoints;
        this.folders = List.copyOf(folders);
        this.reserve = reserve;
        this.checkpointBytes = checkpointBytes;
    }

    /**
     * Measures the free space if the last time was some seconds ago.
     *
     * @throws DiskSpaceException if too little is free
     */
    public void look() {
        if (System.nanoTime() - lookedAt >= BETWEEN_LOOKS.toNanos()) {
            lookedAt = System.nanoTime();
            require();
        }
    }

    /**
     * Measures the free space.
     *
     * @throws DiskSpaceException if too little is free
     */
    public void require() {
        if (reserve == 0) {
            return;
        }
        try {
            folders.forEach(folder -> require(folder, reserve, ""));
            require(
                    checkpoints,
                    reserve + Math.max(0, checkpointBytes - unfinishedBytes()),
                    " and the next checkpoint");
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                LOG.debug("A checkpoint was renamed while it was measured; the next look measures it again", e);
            } else {
                LOG.warn("The checkpoints cannot be measured: {}", e.toString());
            }
        }
    }

    private void require(Path folder, long needed, String whatElse) {
        long usable;
        try {
            usable = space.usableBytes(folder);
        } catch (IOException e) {
            LOG.warn("The free space of {} cannot be measured: {}", folder, e.toString());
            return;
        }
        if (usable < needed) {
            throw new DiskSpaceException("Only " + usable / MEBIBYTE + " MiB are free in " + folder + ", and "
                    + (needed + MEBIBYTE - 1) / MEBIBYTE + " are needed for the reserve (disk-reserve-mebibytes)"
                    + whatElse
                    + ". The progress so far is saved: make room ('longstream prune' removes the start of the log), and"
                    + " the same command continues from here");
        }
    }

    /** Returns the size of the checkpoint that is being written, for which no more space is needed. */
    private long unfinishedBytes() {
        if (!Files.isDirectory(checkpoints)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> checkpoints.relativize(file).toString().startsWith(".unfinished"))
                    .mapToLong(DiskWatch::size)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) { // it was renamed in the meantime
            return 0;
        }
    }
}
