package dev.longstream.producers.following;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;

/**
 * An announced policy version and its open folder.
 *
 * @param announced record of the announcement
 * @param folder its folder, which {@link #close} closes
 */
public record OpenWeights(Weights announced, PolicyFolder folder) implements AutoCloseable {
    @Override
    public void close() {
        folder.close();
    }
}
