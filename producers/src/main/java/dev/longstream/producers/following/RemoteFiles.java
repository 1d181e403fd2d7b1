package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.files.FolderLease;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Files of a run on another host, on a share or in an object store, named as below the run's folder:
 * {@code checkpoints/step-000012/model/config.json}. Thread-safe.
 */
interface RemoteFiles {
    /**
     * A file in a remote folder.
     *
     * @param name name without the folder
     * @param bytes size in bytes
     */
    record RemoteFile(String name, long bytes) {}

    /**
     * Lists a folder; empty if there is none.
     *
     * @throws UnreachableException if the host does not answer
     * @throws UnusableInputException if it refuses
     */
    List<RemoteFile> list(String folder);

    /**
     * Opens a file from a byte on; the caller closes the stream, whose {@code read} throws if the connection breaks.
     *
     * @throws FileNotFoundException if the file is gone
     * @throws IOException if it cannot be read now
     * @throws UnreachableException if the host does not answer
     * @throws UnusableInputException if it refuses
     */
    InputStream read(String file, long from) throws IOException;

    /** Marks a version's folder as read, where that is not its host's task; see {@link FolderLease#take}. */
    default Optional<FolderLease> lease(String folder) {
        return Optional.empty();
    }
}
