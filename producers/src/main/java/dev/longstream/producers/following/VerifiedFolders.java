package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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
     * Requires that a folder's weights have the announced digest. Others who open a version meanwhile wait for the result.
     *
     * @throws UnusableInputException if they have another one
     */
    synchronized void require(Weights announced, PolicyFolder folder) {
        if (announced.getDigest().equals(digests.get(folder.path()))) {
            return;
        }
        String found = folder.tensors().digest();
        if (!found.equals(announced.getDigest())) {
            throw new UnusableInputException("Version " + announced.getVersion() + " in " + folder.path()
                    + " has weights with SHA-256 " + found + ", expected " + announced.getDigest()
                    + " as it was announced: the files are damaged or of another run, or a shared folder does not show"
                    + " them yet; nothing is sampled from them");
        }
        digests.put(folder.path(), found);
    }
}
