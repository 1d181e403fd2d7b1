package dev.longstream.cli.logging;

import dev.longstream.files.FolderLock;
import dev.longstream.files.PrivateFiles;
import dev.longstream.logging.LogOrigin;
import dev.longstream.logging.LogOrigin.RunProcess;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Chooses the file of this process in {@code RUN/logs}. Live processes that share the folder have files of their own; the file of a
 * process that ended is continued.
 *
 * <pre>
 * logs/scoring.log      first process of the role scoring
 * logs/scoring-2.log    second process, and so on
 * </pre>
 */
final class RunLogFiles {
    private static final int MAX_PROCESSES = 64;

    private static @Nullable RunProcess chosenFor;
    private static @Nullable Path chosen;
    private static @Nullable FolderLock lock;

    private RunLogFiles() {}

    /**
     * Returns the file of this process without its extension, and reserves it. Empty if the process works on no run, or if the
     * folder cannot be written.
     */
    static synchronized Optional<Path> current() {
        Optional<RunProcess> process = LogOrigin.process();
        if (process.isPresent() && !process.get().equals(chosenFor)) {
            chosenFor = process.get();
            try {
                release();
                chosen = choose(process.get());
            } catch (IOException e) { // the lines are on standard error too, and a log that fails must not end the run
                chosen = null;
            }
        }
        return process.isPresent() ? Optional.ofNullable(chosen) : Optional.empty();
    }

    private static void release() throws IOException {
        FolderLock held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
    }

    private static @Nullable Path choose(RunProcess process) throws IOException {
        Path folder = process.folder().resolve("logs");
        PrivateFiles.createFolders(folder);
        for (int number = 1; number <= MAX_PROCESSES; number++) {
            String name = number == 1 ? process.name() : process.name() + "-" + number;
            String lockName = name + ".lock";
            Optional<FolderLock> free =
                    FolderLock.isHeld(folder, lockName) ? Optional.empty() : FolderLock.take(folder, lockName);
            if (free.isPresent()) {
                lock = free.get();
                return folder.resolve(name);
            }
        }
        return null;
    }
}
