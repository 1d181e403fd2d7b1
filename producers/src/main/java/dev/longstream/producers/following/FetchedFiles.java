package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Document;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        List<FolderLease> leases = new ArrayList<>();
        try {
            // The base first: it stays in the cache because it is used with each version.
            Path base = announced.getBase() == null ? null : fetched(announced.getBase(), announced, leases);
            Path folder = cache.get(place(announced), announced.getDigest(), chains.to(announced, cache::has));
            FolderLease.take(folder).ifPresent(leases::add);
            return new OpenWeights(announced, verified(announced, folder, base), leases);
        } catch (RuntimeException e) {
            leases.forEach(FolderLease::close);
            throw e;
        }
    }

    /** Opens a version, and removes the copies of it and of its base if they are damaged: both are downloaded again. */
    private PolicyFolder verified(Weights announced, Path folder, @Nullable Path base) {
        try {
            PolicyFolder open = base == null ? PolicyFolder.open(folder) : PolicyFolder.open(folder, base);
            try {
                verified.require(announced, open);
                return open;
            } catch (RuntimeException e) {
                open.close();
                throw e;
            }
        } catch (RuntimeException e) {
            cache.drop(announced.getDigest());
            if (announced.getBase() != null) {
                cache.drop(announced.getBase().getDigest());
            }
            throw e;
        }
    }

    private Path fetched(WeightsBase base, Weights announced, List<FolderLease> leases) {
        Path folder = cache.get(path(base.getUri(), record(announced)), base.getDigest(), Optional.empty());
        FolderLease.take(folder).ifPresent(leases::add);
        return folder;
    }

    private String place(Weights announced) {
        return path(announced.getUri(), record(announced));
    }

    private String record(Weights announced) {
        return "The record of version " + announced.getVersion() + " on "
                + topics.weights().name();
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
