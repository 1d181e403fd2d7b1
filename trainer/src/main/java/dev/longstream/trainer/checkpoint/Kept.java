package dev.longstream.trainer.checkpoint;

import java.util.Set;

/**
 * Says which checkpoints stay in a folder when newer ones are written.
 *
 * @param whole number of newest whole checkpoints, and of newest versions with or without moments
 * @param sampled number of newest versions whose weights stay
 * @param versions versions whose weights stay whatever their age
 */
public record Kept(int whole, int sampled, Set<Long> versions) {
    /** Copies the versions. */
    public Kept {
        versions = Set.copyOf(versions);
    }
}
