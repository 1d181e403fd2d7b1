package dev.longstream.streams;

import dev.longstream.files.FolderLock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Folder of one instance's state stores, locked while the instance lives. Instances of a stage that share a folder get parts of
 * their own; the part of a dead instance is used again, so that a restart need not restore everything from the log.
 *
 * <pre>
 * streams/              first instance
 * streams/instance-2/   second instance, and so on
 * </pre>
 */
final class StateFolder implements AutoCloseable {
    private static final int MAX_INSTANCES = 64;

    private final Path path;
    private final FolderLock lock;

    private StateFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Locks the first part of a folder that no live instance of the application uses.
     *
     * @param shared folder that the instances share; created if missing
     * @param application id of the Streams application
     */
    static StateFolder take(Path shared, String application) {
        try {
            for (int instance = 1; instance <= MAX_INSTANCES; instance++) {
                Path part = part(shared, instance);
                Files.createDirectories(part);
                String name = application + ".lock";
                Optional<FolderLock> lock =
                        FolderLock.isHeld(part, name) ? Optional.empty() : FolderLock.take(part, name);
                if (lock.isPresent()) {
                    return new StateFolder(part, lock.get());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The state of " + application + " cannot be kept in " + shared + " (" + e.getMessage()
                            + "); choose another folder with streams.dir",
                    e);
        }
        throw new IllegalStateException("All " + MAX_INSTANCES + " parts of " + shared + " are in use by instances of "
                + application + "; choose another folder with streams.dir");
    }

    private static Path part(Path shared, int instance) {
        return instance == 1 ? shared : shared.resolve("instance-" + instance);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + path + " cannot be released", e);
        }
    }
}
