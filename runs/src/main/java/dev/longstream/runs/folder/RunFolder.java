package dev.longstream.runs.folder;

import dev.longstream.files.AtomicFile;
import dev.longstream.files.FolderLock;
import dev.longstream.runs.config.ResolvedConfig;
import dev.longstream.runs.failure.RunFolderConflictException;
import dev.longstream.runs.failure.RunFolderInUseException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A run's folder: {@code config.yaml} (what it was started with), {@code warm-up}, {@code checkpoints}, {@code streams},
 * {@code usage.json}, {@code refused.txt}, and at the end {@code report.json} and {@code curves.svg}. One process trains
 * in it at a time; the roles of a cluster share it.
 */
public final class RunFolder implements AutoCloseable {
    /** Name of the file that holds the configuration a run was started with. */
    public static final String CONFIG_FILE = "config.yaml";

    /** Name of the file that the working process keeps locked. */
    static final String LOCK_FILE = "run.lock";

    private final Path folder;
    private final ResolvedConfig resolved;
    private final @Nullable FolderLock lock;

    private RunFolder(ResolvedConfig resolved, @Nullable FolderLock lock) {
        this.folder = resolved.config().folder().toAbsolutePath().normalize();
        this.resolved = resolved;
        this.lock = lock;
    }

    /** The folder of a run that is trained elsewhere, made if there is none; refuses one of another configuration. */
    public static RunFolder shared(ResolvedConfig resolved) {
        RunFolder shared = new RunFolder(resolved, null);
        try {
            Files.createDirectories(shared.folder);
            shared.refuseAnotherConfiguration();
            return shared;
        } catch (IOException e) {
            throw cannotBeWritten(shared.folder, e);
        }
    }

    /** Takes the folder, made if there is none; refuses one of another configuration or in use. */
    public static RunFolder open(ResolvedConfig resolved) {
        Path folder = resolved.config().folder().toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            FolderLock lock = FolderLock.take(folder, LOCK_FILE)
                    .orElseThrow(() -> new RunFolderInUseException(
                            "The run folder " + folder + " is in use by another process; wait for it, or choose another"
                                    + " name with --run or another folder with --dir"));
            RunFolder taken = new RunFolder(resolved, lock);
            try {
                taken.refuseAnotherConfiguration();
                return taken;
            } catch (RuntimeException | IOException e) {
                taken.close();
                throw e;
            }
        } catch (IOException e) {
            throw cannotBeWritten(folder, e);
        }
    }

    private static UncheckedIOException cannotBeWritten(Path folder, IOException e) {
        return new UncheckedIOException("The run folder " + folder + " cannot be written (" + e + ")", e);
    }

    /**
     * Keeps the configuration: from here on the folder is of this one alone. Called before the first thing that depends on
     * it is on the log, and not before, so that a start that failed earlier can be corrected.
     */
    public void claim() {
        if (!Files.exists(configFile())) {
            AtomicFile.replace(configFile(), resolved.printed());
        }
    }

    private Path configFile() {
        return folder.resolve(CONFIG_FILE);
    }

    private void refuseAnotherConfiguration() throws IOException {
        if (!Files.exists(configFile())) {
            return;
        }
        List<String> differences = resolved.differencesFrom(Files.readString(configFile()));
        if (!differences.isEmpty()) {
            close();
            throw new RunFolderConflictException("The run folder " + folder + " is of another configuration:\n  - "
                    + String.join("\n  - ", differences)
                    + "\nGive the same configuration to go on, or another name with --run to start anew.");
        }
    }

    /** Absolute path of this folder. */
    public Path path() {
        return folder;
    }

    /** {@code usage.json}: time and memory that the run has used. */
    public Path usageFile() {
        return folder.resolve("usage.json");
    }

    /** Keeps what was left out of the run, one line each. */
    public void refused(List<String> lines) {
        if (!lines.isEmpty()) {
            AtomicFile.replace(folder.resolve("refused.txt"), String.join("\n", lines) + "\n");
        }
    }

    @Override
    public void close() {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + folder + " cannot be given back", e);
        }
    }
}
