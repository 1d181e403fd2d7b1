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

/**
 * Files of a run on another host or a share, with copies of the newest versions in a local folder. A version is made from a copy
 * of an earlier one where the announced deltas between them are smaller.
 */
public final class FetchedFiles implements RunFiles {
    private final RemoteFiles remote;
    private final VersionCache cache;
    private final RunPaths paths;
    private final Topics topics;
    private final DeltaChains chains;
    private final VerifiedFolders verified = new VerifiedFolders();

    private FetchedFiles(RemoteFiles remote, Path copies, Path run, Topics topics) {
        this.remote = remote;
        this.cache = new VersionCache(copies.toAbsolutePath(), remote);
        this.paths = new RunPaths(run);
        this.chains = new DeltaChains(paths);
        this.topics = topics;
    }

    /**
     * Returns the files of a run that the trainer serves over HTTP.
     *
     * @param address address of the trainer's server
     * @param key key that the server expects; null: none
     * @param copies local folder for versions
     * @param run folder of the run on the trainer's host
     * @param topics topics of the run, for messages
     */
    public static FetchedFiles served(URI address, @Nullable String key, Path copies, Path run, Topics topics) {
        return new FetchedFiles(new HttpFiles(address, key), copies, run, topics);
    }

    /**
     * Returns the files of a run in its folder on a share.
     *
     * @param copies local folder for versions
     * @param run folder of the run
     * @param topics topics of the run, for messages
     */
    public static FetchedFiles shared(Path copies, Path run, Topics topics) {
        return new FetchedFiles(new SharedFiles(run.toAbsolutePath()), copies, run, topics);
    }

    @Override
    public void note(Weights announced) {
        chains.note(announced);
    }

    @Override
    public boolean has(Weights announced) {
        return !remote.list(place(announced)).isEmpty();
    }

    @Override
    public OpenWeights open(Weights announced) {
        Path folder = cache.get(place(announced), announced.getDigest(), chains.to(announced, cache::has));
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
                    "Document " + document.getDigest() + " is stored outside the log in " + file
                            + ", which cannot be read (" + e + ")",
                    e);
        }
    }
}
