package dev.longstream.runs.folder;

import dev.longstream.files.AtomicFile;
import dev.longstream.files.FolderLock;
import dev.longstream.files.PrivateFiles;
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
 * Folder of a run on disk, with its lock. It contains {@code config.yaml} (the configuration of the first start), {@code
 * warm-up}, {@code checkpoints}, {@code streams}, {@code usage.json}, {@code refused.txt}, {@code logs}, and at the end {@code
 * report.json} and {@code curves.svg}. Only its owner can read it, unless somebody else made it beforehand. Only one process
 * trains in it at a time; the roles on a cluster share it.
 */
public final class RunFolder implements AutoCloseable {
    /** Name of the file that holds the configuration a run was started with. */
    public static final String CONFIG_FILE = "config.yaml";

    /** Name of the file that holds the time and memory that the run has used. */
    static final String USAGE_FILE = "usage.json";

    /** Name of the file that the working process keeps locked. */
    static final String LOCK_FILE = "run.lock";

    private final Path folder;
    private ResolvedConfig resolved;
    private final @Nullable FolderLock lock;

    private RunFolder(ResolvedConfig resolved, @Nullable FolderLock lock) {
        this.folder = resolved.config().folder().toAbsolutePath().normalize();
        this.resolved = resolved;
        this.lock = lock;
    }

    /**
     * Opens the folder without its lock, for a role whose run is trained by another process; creates it if missing.
     *
     * @throws RunFolderConflictException if the folder belongs to another configuration
     */
    public static RunFolder shared(ResolvedConfig resolved) {
        RunFolder shared = new RunFolder(resolved, null);
        try {
            PrivateFiles.createFolders(shared.folder);
            shared.refuseAnotherConfiguration();
            return shared;
        } catch (IOException e) {
            throw cannotBeWritten(shared.folder, e);
        }
    }

    /**
     * Opens the folder and locks it, for the process that trains; creates it if missing.
     *
     * @throws RunFolderConflictException if the folder belongs to another configuration
     * @throws RunFolderInUseException if another process has locked it
     */
    public static RunFolder open(ResolvedConfig resolved) {
        Path folder = resolved.config().folder().toAbsolutePath().normalize();
        try {
            PrivateFiles.createFolders(folder);
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
     * Writes the configuration to the folder, which from then on accepts no other one. Called just before the first record
     * that depends on the configuration, so that a start that fails earlier can be repeated with a corrected configuration.
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
        String first = Files.readString(configFile());
        List<String> differences = resolved.differencesFrom(first);
        if (!differences.isEmpty()) {
            throw new RunFolderConflictException(
                    "The run folder " + folder + " belongs to another configuration:\n  - "
                            + String.join("\n  - ", differences)
                            + "\nUse the same configuration to continue the run, or start a new run with another name: --run NAME");
        }
        resolved = resolved.continuing(first);
    }

    /** Returns the configuration, with the digest that the run had at its first start. */
    public ResolvedConfig resolved() {
        return resolved;
    }

    /** Returns the absolute path of the folder. */
    public Path path() {
        return folder;
    }

    /** Returns the path of {@code usage.json}, which contains time and memory that the run has used. */
    public Path usageFile() {
        return folder.resolve(USAGE_FILE);
    }

    /** Writes the refused questions to {@code refused.txt}, one line each; writes no file without any. */
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
            throw new UncheckedIOException("The lock of the run folder " + folder + " cannot be released", e);
        }
    }
}
