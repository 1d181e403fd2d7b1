package dev.longstream.producers.following;

import dev.longstream.files.FolderLease;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;

import java.util.Optional;

/**
 * An announced policy version and its open folder. The trainer keeps the folder until this is closed.
 *
 * @param announced record of the announcement
 * @param folder its folder, which {@link #close} closes
 * @param lease mark that the folder is read; empty where it cannot be written
 */
public record OpenWeights(Weights announced, PolicyFolder folder, Optional<FolderLease> lease)
        implements AutoCloseable {
    @Override
    public void close() {
        folder.close();
        lease.ifPresent(FolderLease::close);
    }
}
