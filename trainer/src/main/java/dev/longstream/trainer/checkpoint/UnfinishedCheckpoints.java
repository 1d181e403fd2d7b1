package dev.longstream.trainer.checkpoint;

import dev.longstream.files.FolderLease;
import dev.longstream.files.ProcessName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders of checkpoints, or of their base, that are being written, replaced or removed, such as {@code
 * .unfinished-HOST-PID-step-000012}.
 *
 * <p>Only the process that holds the lock on the checkpoints uses these. So those of this host are its own or were left behind;
 * those of another host, where no lock may be seen, count as left behind after an hour without a change.
 */
final class UnfinishedCheckpoints {
    private static final String PREFIX = ".unfinished-";
    private static final Pattern NAME = Pattern.compile("\\.unfinished-(.+)-\\d+-(?:(?:replaced-)?step-\\d+|base)");
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedCheckpoints.class);

    private final Path folder;
    private final DurableFiles files;

    /** Creates the unfinished checkpoints in a folder of checkpoints. */
    UnfinishedCheckpoints(Path folder, DurableFiles files) {
        this.folder = folder;
        this.files = files;
    }

    /** Returns the folder of a checkpoint that this process writes or removes. */
    Path place(long step) {
        return place(CheckpointSteps.name(step));
    }

    /** Returns the folder of a checkpoint that this process replaces. */
    Path replaced(long step) {
        return place("replaced-" + CheckpointSteps.name(step));
    }

    /** Returns the folder of the adapters' base that this process copies. */
    Path base() {
        return place(CheckpointFiles.BASE);
    }

    private Path place(String name) {
        return folder.resolve(PREFIX + ProcessName.get() + "-" + name);
    }

    /** Removes the remains of processes that ended early. They take space and do no other harm. */
    void clear() throws IOException {
        for (Path path : abandoned()) {
            try {
                LOG.info("{} is removed: the process that wrote or removed it ended early", path);
                files.delete(path);
            } catch (IOException e) {
                LOG.warn("{} cannot be removed now and takes space: {}", path, e.toString());
            }
        }
    }

    /** Returns the unfinished folders that no process writes any more and nobody reads. */
    List<Path> abandoned() throws IOException {
        List<Path> unfinished;
        try (Stream<Path> paths = Files.list(folder)) {
            unfinished = paths.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        List<Path> abandoned = new ArrayList<>();
        for (Path path : unfinished) {
            if (isAbandoned(path)) {
                abandoned.add(path);
            }
        }
        return abandoned;
    }

    private static boolean isAbandoned(Path unfinished) throws IOException {
        try {
            // A reader may have come just before a checkpoint got its new name.
            return !FolderLease.isHeld(unfinished) && (isOfThisHost(unfinished) || !hasChanged(unfinished));
        } catch (NoSuchFileException | UncheckedIOException e) {
            return false; // its process is at work
        }
    }

    private static boolean isOfThisHost(Path unfinished) {
        Matcher name = NAME.matcher(unfinished.getFileName().toString());
        return !name.matches() || name.group(1).equals(ProcessName.host()); // older releases named no host
    }

    private static boolean hasChanged(Path unfinished) throws IOException {
        Instant since = Instant.now().minus(ABANDONED);
        try (Stream<Path> paths = Files.walk(unfinished)) {
            for (Path path : paths.toList()) {
                if (Files.getLastModifiedTime(path).toInstant().isAfter(since)) {
                    return true;
                }
            }
        }
        return false;
    }
}
