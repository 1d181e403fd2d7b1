package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;

import java.util.List;

/**
 * An announced policy version and its open folder. The trainer keeps the folder until this is closed.
 *
 * @param announced record of the announcement
 * @param folder its folder, which {@link #close} closes
 * @param leases marks that the folder and that of its base are read; fewer where they cannot be written
 */
public record OpenWeights(Weights announced, PolicyFolder folder, List<FolderLease> leases) implements AutoCloseable {
    public OpenWeights {
        leases = List.copyOf(leases);
    }

    @Override
    public void close() {
        folder.close();
        leases.forEach(FolderLease::close);
    }
}
