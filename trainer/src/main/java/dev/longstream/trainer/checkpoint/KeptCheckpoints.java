package dev.longstream.trainer.checkpoint;

import java.util.Set;

/**
 * Describes which checkpoints stay in a folder when newer ones are written.
 *
 * @param whole number of the newest checkpoints that stay with weights and optimizer state, and of the newest versions with or
 *     without it
 * @param sampled number of the newest versions whose weights stay because groups may still be sampled with them
 * @param versions versions whose weights stay whatever their age, e.g. those at the ends of phases
 */
public record KeptCheckpoints(int whole, int sampled, Set<Long> versions) {
    public KeptCheckpoints {
        versions = Set.copyOf(versions);
    }
}
