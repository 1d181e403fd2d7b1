package dev.longstream.trainer.loop;

import dev.longstream.trainer.checkpoint.KeptCheckpoints;

import java.util.Set;

/**
 * Describes which policy versions the trainer saves with optimizer state, and which it keeps.
 *
 * @param every gradient steps from one checkpoint with optimizer state to the next; versions between have weights only, and
 *     are made again from the log after a crash
 * @param kept checkpoints and weights that are kept; version 0 and the last version are kept, too
 */
public record CheckpointSettings(int every, KeptCheckpoints kept) {
    /** Every version has optimizer state, and the newest three are kept. */
    public static final CheckpointSettings DEFAULT = new CheckpointSettings(1, new KeptCheckpoints(3, 1, Set.of()));
}
