package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.files.FolderLease;
import dev.longstream.files.FolderLock;
import dev.longstream.producers.following.RemoteFiles.RemoteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Downloaded policy versions in a local folder, which the processes of a host may share. Thread-safe.
 *
 * <p>A version has a folder named by the digest of its weights. While it is downloaded the folder's name ends in {@code .part},
 * and a broken download continues there, also in another process. The two versions used last are kept, and those that
 * somebody reads.
 */
final class VersionCache {
    private static final Logger LOG = LoggerFactory.getLogger(VersionCache.class);
    private static final String LOCK = ".lock";
    private static final String PART = ".part";
    private static final int KEPT = 2;
    private static final int ATTEMPTS_WITHOUT_PROGRESS = 3;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final RemoteFiles remote;

    VersionCache(Path folder, RemoteFiles remote) {
        this.folder = folder;
        this.remote = remote;
    }

    /**
     * Returns the local folder of a version, after its download if necessary. The caller compares the weights' digest.
     *
     * @param place remote folder of the version
     * @param digest SHA-256 of its weights
     * @throws UnreachableException if the host does not answer, or another process is downloading
     * @throws UnusableInputException if the version does not exist
     */
    synchronized Path get(String place, String digest) {
        if (!DIGEST.matcher(digest).matches()) {
            throw new UnusableInputException(
                    "The record of " + place + " has the digest " + digest + ", expected 64 hexadecimal digits");
        }
        Path whole = folder.resolve(digest);
        try {
            if (!Files.isDirectory(whole)) {
                Files.createDirectories(folder);
                try (FolderLock lock = FolderLock.take(folder, LOCK)
                        .orElseThrow(() -> new UnreachableException("Another process downloads into " + folder))) {
                    LOG.debug("{} is downloaded into {}", place, whole);
                    download(place, whole);
                    removeOld(whole);
                }
            }
            Files.setLastModifiedTime(whole, FileTime.from(Instant.now()));
            return whole;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The version in " + place + " cannot be stored in " + folder + " (" + e
                            + "); check the folder's permissions and free space",
                    e);
        }
    }

    /** Removes a version, because its weights have another digest: the next attempt downloads it again. */
    synchronized void drop(String digest) {
        try {
            delete(folder.resolve(digest));
        } catch (IOException e) {
            LOG.warn("{} is damaged and cannot be removed; remove it by hand", folder.resolve(digest), e);
        }
    }

    private void download(String place, Path whole) throws IOException {
        if (Files.isDirectory(whole)) {
            return; // another process was faster
        }
        List<RemoteFile> files = remote.list(place);
        if (files.isEmpty()) {
            throw new UnusableInputException(
                    "There is no " + place + " at the trainer; a run keeps its newest versions and the evaluated ones");
        }
        Path part = Files.createDirectories(whole.resolveSibling(whole.getFileName() + PART));
        for (RemoteFile file : files) {
            download(place + "/" + file.name(), file.bytes(), part.resolve(file.name()));
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Downloads the bytes of a file that are missing. */
    private void download(String from, long bytes, Path to) throws IOException {
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

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Removes unfinished downloads, and all versions but those used last. */
    private void removeOld(Path newest) throws IOException {
        List<Path> others;
        try (Stream<Path> all = Files.list(folder)) {
            others = all.filter(Files::isDirectory)
                    .filter(path -> !path.equals(newest))
                    .sorted(Comparator.comparing(VersionCache::lastUse).reversed())
                    .toList();
        }
        int kept = 1;
        for (Path other : others) {
            boolean part = other.toString().endsWith(PART);
            if (!part && kept < KEPT) {
                kept++;
            } else if (!FolderLease.isHeld(other)) {
                delete(other);
            }
        }
    }

    private static FileTime lastUse(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // removed since it was listed
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
