package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Document;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            return opened(announced, folder, lease.stream().toList());
        } catch (RuntimeException e) {
            lease.ifPresent(FolderLease::close);
            throw e;
        }
    }

    private OpenWeights opened(Weights announced, Path folder, List<FolderLease> leases) {
        WeightsBase base = announced.getBase();
        PolicyFolder open = base == null
                ? PolicyFolder.open(folder)
                : PolicyFolder.open(folder, paths.resolve(base.getUri(), record(announced)));
        try {
            verified.require(announced, open);
            return new OpenWeights(announced, open, leases);
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
        return paths.resolve(announced.getUri(), record(announced));
    }

    private String record(Weights announced) {
        return "The record of version " + announced.getVersion() + " on "
                + topics.weights().name();
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
