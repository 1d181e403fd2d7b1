package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Document;
import dev.longstream.record.Weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Files of a run in its folder, on this host or on a share. */
public final class RunFolderFiles implements RunFiles {
    private final RunPaths paths;
    private final Topics topics;
    private final VerifiedFolders verified = new VerifiedFolders();

    /**
     * Creates the files of a run.
     *
     * @param run folder of the run
     * @param topics topics of the run, for messages
     */
    public RunFolderFiles(Path run, Topics topics) {
        this.paths = new RunPaths(run);
        this.topics = topics;
    }

    @Override
    public OpenWeights open(Weights announced) {
        Path folder = path(announced);
        Optional<FolderLease> lease = FolderLease.take(Objects.requireNonNull(folder.getParent()));
        try {
            return opened(announced, folder, lease);
        } catch (RuntimeException e) {
            lease.ifPresent(FolderLease::close);
            throw e;
        }
    }

    private OpenWeights opened(Weights announced, Path folder, Optional<FolderLease> lease) {
        PolicyFolder open = PolicyFolder.open(folder);
        try {
            verified.require(announced, open);
            return new OpenWeights(announced, open, lease);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    @Override
    public boolean has(Weights announced) {
        return Files.isDirectory(path(announced));
    }

    private Path path(Weights announced) {
        return paths.resolve(
                announced.getUri(),
                "The record of version " + announced.getVersion() + " on "
                        + topics.weights().name());
    }

    @Override
    public String text(Document document) {
        Path file = paths.resolve(
                String.valueOf(document.getUri()),
                "The record of document " + document.getDigest() + " on "
                        + topics.documents().name());
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Document " + document.getDigest() + " is stored outside the log in " + file
                            + ", which cannot be read; restore the file",
                    e);
        }
    }
}
