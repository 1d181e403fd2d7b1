package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Document;
import dev.longstream.record.Weights;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Files of a run that the trainer serves over HTTP, with the newest versions in a local folder. */
public final class FetchedFiles implements RunFiles {
    private final RemoteFiles remote;
    private final VersionCache cache;
    private final RunPaths paths;
    private final Topics topics;
    private final VerifiedFolders verified = new VerifiedFolders();

    /**
     * Creates the files of a run.
     *
     * @param address address of the trainer's server
     * @param key key that the server expects; null: none
     * @param run local folder of the run; versions are stored in its folder {@code fetched}
     * @param topics topics of the run, for messages
     */
    public FetchedFiles(URI address, @Nullable String key, Path run, Topics topics) {
        this.remote = new HttpFiles(address, key);
        this.cache = new VersionCache(run.toAbsolutePath().resolve("fetched"), remote);
        this.paths = new RunPaths(run);
        this.topics = topics;
    }

    @Override
    public boolean has(Weights announced) {
        return !remote.list(place(announced)).isEmpty();
    }

    @Override
    public OpenWeights open(Weights announced) {
        Path folder = cache.get(place(announced), announced.getDigest());
        Optional<FolderLease> lease = FolderLease.take(folder);
        try {
            PolicyFolder open = PolicyFolder.open(folder);
            try {
                verified.require(announced, open);
                return new OpenWeights(announced, open, lease);
            } catch (RuntimeException e) {
                open.close();
                throw e;
            }
        } catch (RuntimeException e) {
            lease.ifPresent(FolderLease::close);
            cache.drop(announced.getDigest());
            throw e;
        }
    }

    private String place(Weights announced) {
        return path(
                announced.getUri(),
                "The record of version " + announced.getVersion() + " on "
                        + topics.weights().name());
    }

    private String path(String uri, String record) {
        return paths.place(uri, record).toString().replace('\\', '/');
    }

    @Override
    public String text(Document document) {
        String file = path(
                String.valueOf(document.getUri()),
                "The record of document " + document.getDigest() + " on "
                        + topics.documents().name());
        try (InputStream in = remote.read(file, 0)) {
            // One byte more than announced shows that the document is another one, and no more is read.
            return new String(in.readNBytes(Math.toIntExact(document.getBytes() + 1)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Document " + document.getDigest() + " is stored outside the log at the trainer in " + file
                            + ", which cannot be read (" + e + ")",
                    e);
        }
    }
}
