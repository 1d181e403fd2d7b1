package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Downloads files of a run, each from where an earlier download broke off. */
final class RemoteDownload {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteDownload.class);
    private static final int ATTEMPTS_WITHOUT_PROGRESS = 3;
    private static final int BLOCK_BYTES = 1 << 20;

    private final RemoteFiles remote;

    RemoteDownload(RemoteFiles remote) {
        this.remote = remote;
    }

    /**
     * Downloads the bytes of a file that are missing.
     *
     * @param from remote file
     * @param bytes size of the remote file
     * @param to local file; it may be missing or have some of the bytes
     * @throws UnreachableException if the host does not answer, or the download breaks off again and again without progress
     * @throws UnusableInputException if the remote file does not exist
     */
    void finish(String from, long bytes, Path to) throws IOException {
        int attempts = 0;
        if (bytes == 0) {
            Files.deleteIfExists(to);
            Files.createFile(to);
        }
        while (size(to) != bytes) {
            long before = size(to);
            if (before > bytes) {
                Files.delete(to);
                continue;
            }
            String problem = "the connection ended";
            try (InputStream in = remote.read(from, before)) {
                append(in, to);
            } catch (FileNotFoundException e) {
                throw new UnusableInputException("There is no " + from + " in the run's folder any more", e);
            } catch (IOException e) {
                problem = e.toString();
            }
            attempts = size(to) > before ? 0 : attempts + 1;
            if (size(to) != bytes) {
                LOG.debug("The download of {} continues at {} of {} bytes: {}", from, size(to), bytes, problem);
            }
            if (attempts == ATTEMPTS_WITHOUT_PROGRESS) {
                throw new UnreachableException("The download of " + from + " broke off after " + size(to) + " of "
                        + bytes + " bytes: " + problem);
            }
        }
    }

    private static void append(InputStream in, Path to) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        for (int read = in.read(block); read >= 0; read = in.read(block)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new UnreachableException("The download was interrupted; it continues at the next start");
            }
            Files.write(
                    to,
                    read == block.length ? block : Arrays.copyOf(block, read),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** Returns the size of a file in bytes; 0 if it is missing. */
    static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }
}
