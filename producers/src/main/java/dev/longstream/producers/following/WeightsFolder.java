package dev.longstream.producers.following;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;

import java.net.URI;
import java.nio.file.Path;

/** Opens the folder of an announced policy version. */
public final class WeightsFolder {
    private WeightsFolder() {}

    /**
     * Opens the folder that an announcement names; the caller closes it.
     *
     * @throws dev.longstream.policy.file.PolicyFolderException if the folder is missing or incomplete
     */
    public static PolicyFolder open(Weights announced) {
        return PolicyFolder.open(Path.of(URI.create(announced.getUri())));
    }
}
