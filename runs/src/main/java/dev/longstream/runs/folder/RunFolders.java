package dev.longstream.runs.folder;

import dev.longstream.files.FolderLock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the runs in a folder of runs, and the one that a command means when nobody names one. */
public final class RunFolders {
    /** Files that a run writes when it starts, while it works and when it ends. */
    private static final List<String> SIGNS_OF_LIFE =
            List.of(RunFolder.CONFIG_FILE, RunFolder.USAGE_FILE, "report.json");

    private RunFolders() {}

    /**
     * The run that a command means when nobody names one.
     *
     * @param name name of the run, which is also its folder's name
     * @param underWay true: a process works in the run's folder now; false: it is the newest run
     */
    public record LatestRun(String name, boolean underWay) {}

    /**
     * Finds the run that is under way in a folder of runs, or else the newest one.
     *
     * @param dir folder of runs; need not exist
     * @return empty when no run was ever started there
     */
    public static Optional<LatestRun> latest(Path dir) {
        List<Path> newestFirst = runs(dir);
        return newestFirst.stream()
                .filter(RunFolders::isInUse)
                .findFirst()
                .map(folder -> new LatestRun(folder.getFileName().toString(), true))
                .or(() -> newestFirst.stream()
                        .findFirst()
                        .map(folder -> new LatestRun(folder.getFileName().toString(), false)));
    }

    private static List<Path> runs(Path dir) {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(dir)) {
            return folders.filter(folder -> Files.exists(folder.resolve(RunFolder.CONFIG_FILE)))
                    .sorted(Comparator.comparing(RunFolders::lastSignOfLife).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of runs " + dir + " cannot be listed (" + e + ")", e);
        }
    }

    private static FileTime lastSignOfLife(Path folder) {
        return SIGNS_OF_LIFE.stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .map(RunFolders::modified)
                .max(Comparator.naturalOrder())
                .orElse(FileTime.fromMillis(0));
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // removed since it was listed
        }
    }

    private static boolean isInUse(Path folder) {
        try {
            return FolderLock.isHeld(folder, RunFolder.LOCK_FILE);
        } catch (IOException e) {
            return false; // a file system without locks says nothing
        }
    }
}
