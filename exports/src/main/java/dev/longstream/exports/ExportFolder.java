package dev.longstream.exports;

import dev.longstream.failure.WrongUseException;
import dev.longstream.files.AtomicFile;
import dev.longstream.files.FolderTree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * A folder that an export replaces as a whole. A hidden folder beside it is filled first. A folder that no export made is never
 * replaced.
 */
final class ExportFolder implements AutoCloseable {
    /** File that marks the folder of an export. */
    private static final String MARK = "export.json";

    private final Path folder;
    private final Path next;
    private final Path former;

    /**
     * Begins an empty folder beside {@code folder}.
     *
     * @throws WrongUseException if {@code folder} has files but was not made by an export
     */
    ExportFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.next = this.folder.resolveSibling("." + this.folder.getFileName() + ".next");
        this.former = this.folder.resolveSibling("." + this.folder.getFileName() + ".former");
        requireReplaceable();
        delete(next);
        try {
            Files.createDirectories(next);
        } catch (IOException e) {
            throw new UncheckedIOException(next + " cannot be created", e);
        }
    }

    private void requireReplaceable() {
        if (!Files.exists(folder) || Files.exists(folder.resolve(MARK))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new WrongUseException(folder + " is not empty and no export made it (it has no " + MARK
                        + "): name another folder with --out");
            }
        } catch (IOException e) {
            throw new WrongUseException(
                    folder + " is no folder that an export could replace; name another with --out", e);
        }
    }

    /** Returns the folder to be filled. */
    Path next() {
        return next;
    }

    /** Returns the folder under its own name, which it has after {@link #replace}. */
    Path folder() {
        return folder;
    }

    /** Gives the filled folder its name, in place of an earlier export. */
    void replace(String mark) {
        AtomicFile.replace(next.resolve(MARK), mark);
        delete(former);
        try {
            if (Files.exists(folder)) {
                Files.move(folder, former, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be replaced", e);
        }
        delete(former);
    }

    /** Replaces the content of the marking file. */
    void mark(String mark) {
        AtomicFile.replace(folder.resolve(MARK), mark);
    }

    /** Deletes what was not completed. */
    @Override
    public void close() {
        delete(next);
    }

    private static void delete(Path folder) {
        try {
            FolderTree.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be deleted", e);
        }
    }
}
