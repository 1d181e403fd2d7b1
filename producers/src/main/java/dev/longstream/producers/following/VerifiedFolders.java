package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Compares weights with the digest of their announcement, once for each version and folder. Thread-safe. */
final class VerifiedFolders {
    private static final int MAX_REMEMBERED = 1000;

    private final Map<Path, String> digests = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, String> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /**
     * Requires that a folder's weights, and those of its base, have the announced digests. Others who open a version meanwhile
     * wait for the result.
     *
     * @throws UnusableInputException if they have another one
     */
    synchronized void require(Weights announced, PolicyFolder folder) {
        WeightsBase base = announced.getBase();
        if (base != null) {
            require(announced, folder.base(), base.getDigest(), () -> folder.tensors()
                    .digest());
        }
        require(announced, folder.path(), announced.getDigest(), folder::digest);
    }

    private void require(Weights announced, Path folder, String expected, Supplier<String> digest) {
        if (expected.equals(digests.get(folder))) {
            return;
        }
        String found = digest.get();
        if (!found.equals(expected)) {
            throw new UnusableInputException("Version " + announced.getVersion() + " in " + folder
                    + " has weights with SHA-256 " + found + ", expected " + expected
                    + " as it was announced: the files are damaged or of another run, or a shared folder does not show"
                    + " them yet; nothing is sampled from them");
        }
        digests.put(folder, found);
    }
}
