package dev.longstream.trainer.loop;

import java.util.Set;

/**
 * Describes which policy versions the trainer keeps.
 *
 * @param keep number of the newest checkpoints that are kept with weights and optimizer state
 * @param every gradient steps from one checkpoint with optimizer state to the next; versions between have weights only, and
 *     are made again from the log after a crash
 * @param sampled number of the newest policy versions whose weights are kept because groups may still be sampled with them
 * @param versions policy versions whose weights are kept whatever their age, e.g. those at the ends of phases; version 0 is
 *     always kept
 */
public record CheckpointSettings(int keep, int every, int sampled, Set<Long> versions) {
    public static final CheckpointSettings DEFAULT = new CheckpointSettings(3, 1, 1, Set.of());

    public CheckpointSettings {
        versions = Set.copyOf(versions);
    }
}
