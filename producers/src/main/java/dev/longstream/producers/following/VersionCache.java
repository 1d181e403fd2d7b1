package dev.longstream.producers.following;

import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.files.FolderLease;
import dev.longstream.files.FolderLock;
import dev.longstream.files.FolderTree;
import dev.longstream.files.PrivateFiles;
import dev.longstream.files.Sha256;
import dev.longstream.policy.delta.DeltaFile;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.producers.following.DeltaChain.DeltaPlace;
import dev.longstream.producers.following.RemoteFiles.RemoteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Downloaded policy versions in a local folder, which the processes of a host may share. Thread-safe.
 *
 * <p>A version has a folder named by the digest of its weights. While it is downloaded the folder's name ends in {@code .part},
 * and a broken download continues there, also in another process. The two versions used last are kept, and those that
 * somebody reads. The weights of a version made from deltas are verified here, those of a downloaded one by its reader.
 */
final class VersionCache {
    private static final Logger LOG = LoggerFactory.getLogger(VersionCache.class);
    private static final String LOCK = ".lock";
    private static final String PART = ".part";
    private static final String DELTAS = ".deltas";
    private static final String WEIGHTS = SafeTensors.SINGLE_FILE;
    private static final int KEPT = 2;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final RemoteFiles remote;
    private final RemoteDownload download;

    VersionCache(Path folder, RemoteFiles remote) {
        this.folder = folder;
        this.remote = remote;
        this.download = new RemoteDownload(remote);
    }

    static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /** Returns whether a version is here, by the SHA-256 of its weights. */
    boolean has(String digest) {
        return isDigest(digest) && Files.isDirectory(folder.resolve(digest));
    }

    /**
     * Returns the local folder of a version, after its download if necessary. The caller compares the weights' digest.
     *
     * @param place remote folder of the version
     * @param digest SHA-256 of its weights
     * @param chain deltas from a version that is here; empty: the version is downloaded whole
     * @throws UnreachableException if the host does not answer, or another process is downloading
     * @throws UnusableInputException if the version does not exist
     */
    synchronized Path get(String place, String digest, Optional<DeltaChain> chain) {
        if (!isDigest(digest)) {
            throw new UnusableInputException(
                    "The record of " + place + " has the digest " + digest + ", expected 64 hexadecimal digits");
        }
        Path whole = folder.resolve(digest);
        try {
            if (!Files.isDirectory(whole)) {
                PrivateFiles.createFolders(folder);
                try (FolderLock lock = FolderLock.take(folder, LOCK)
                        .orElseThrow(() -> new UnreachableException("Another process downloads into " + folder))) {
                    fetch(place, whole, chain);
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
            FolderTree.delete(folder.resolve(digest));
        } catch (IOException e) {
            LOG.warn("{} is damaged and cannot be removed; remove it by hand", folder.resolve(digest), e);
        }
    }

    private void fetch(String place, Path whole, Optional<DeltaChain> chain) throws IOException {
        if (Files.isDirectory(whole)) {
            return; // another process was faster
        }
        try (FolderLease ignored = remote.lease(place).orElse(null)) {
            if (chain.isEmpty() || !make(place, whole, chain.get())) {
                LOG.debug("{} is downloaded into {}", place, whole);
                download(place, whole);
            }
        }
    }

    /** Makes a version from an earlier one and deltas, and returns whether that gave the expected weights. */
    private boolean make(String place, Path whole, DeltaChain chain) throws IOException {
        Path work = Files.createDirectories(whole.resolveSibling(whole.getFileName() + DELTAS + PART));
        try {
            LOG.debug(
                    "{} is made from {} with {} deltas",
                    whole,
                    chain.base(),
                    chain.deltas().size());
            Path base = folder.resolve(chain.base());
            List<Path> deltas = new ArrayList<>();
            for (DeltaPlace delta : chain.deltas()) {
                deltas.add(downloaded(delta, work));
            }
            Path made = work.resolve("model");
            FolderTree.delete(made);
            copyOtherFiles(place, base, Files.createDirectories(made));
            String found = DeltaFile.apply(base.resolve(WEIGHTS), deltas, made.resolve(WEIGHTS));
            if (!whole.endsWith(found)) {
                throw new UnusableInputException(
                        "it gives weights with SHA-256 " + found + ", expected " + whole.getFileName());
            }
            Files.move(made, whole, StandardCopyOption.ATOMIC_MOVE);
            FolderTree.delete(work);
            return true;
        } catch (UnusableInputException | PolicyFolderException | IOException e) {
            LOG.warn(
                    "{} is downloaded whole, because the delta from an earlier version cannot be used: {}",
                    place,
                    e.getMessage());
            FolderTree.delete(work);
            return false;
        }
    }

    private Path downloaded(DeltaPlace delta, Path work) throws IOException {
        Path file = work.resolve(delta.digest());
        download.finish(delta.place(), delta.bytes(), file);
        String found = Sha256.of(file);
        if (!found.equals(delta.digest())) {
            throw new UnusableInputException(delta.place() + " has SHA-256 " + found + ", expected " + delta.digest());
        }
        return file;
    }

    /** Puts the files beside the weights into a folder. They are those of the run, so that few are downloaded again. */
    private void copyOtherFiles(String place, Path base, Path made) throws IOException {
        for (RemoteFile file : listed(place)) {
            Path here = base.resolve(file.name());
            if (file.name().equals(WEIGHTS)) {
                continue;
            }
            if (RemoteDownload.size(here) == file.bytes()) {
                Files.copy(here, made.resolve(file.name()));
            } else {
                download.finish(place + "/" + file.name(), file.bytes(), made.resolve(file.name()));
            }
        }
    }

    private List<RemoteFile> listed(String place) {
        List<RemoteFile> files = remote.list(place);
        if (files.isEmpty()) {
            throw new UnusableInputException("There is no " + place
                    + " in the run's folder; a run keeps its newest versions and the evaluated ones");
        }
        return files;
    }

    private void download(String place, Path whole) throws IOException {
        List<RemoteFile> files = listed(place);
        Path part = Files.createDirectories(whole.resolveSibling(whole.getFileName() + PART));
        for (RemoteFile file : files) {
            download.finish(place + "/" + file.name(), file.bytes(), part.resolve(file.name()));
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
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
                FolderTree.delete(other);
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
}
