package dev.longstream.trainer.loop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** A checkpoint of one run that becomes the first checkpoint of another. */
public final class ForkedCheckpoint {
    private final Checkpoint source;
    private final String configDigest;

    private ForkedCheckpoint(Checkpoint source, String configDigest) {
        this.source = source;
        this.configDigest = configDigest;
    }

    /**
     * Reads a checkpoint without locking its folder, whose run may be under way.
     *
     * @param checkpoints folder of the run's checkpoints
     * @throws CheckpointException if there is no whole checkpoint of this step, or it is damaged
     */
    public static ForkedCheckpoint read(Path checkpoints, long step) {
        return new ForkedCheckpoint(Checkpoints.read(checkpoints, step), Checkpoints.configDigest(checkpoints, step));
    }

    /** SHA-256 of the announced weights file. */
    public String weightsDigest() {
        return TrainerState.fromJson(source.state()).weights().getDigest();
    }

    /** SHA-256 of the configuration that the checkpoint was made with. */
    public String configDigest() {
        return configDigest;
    }

    /** Returns the name of the folder that was announced: that of the weights, or of their rounded copy. */
    private static String announcedFolder(TrainerState state) {
        return state.weights().getUri().replaceFirst("/+$", "").replaceFirst(".*/", "");
    }

    /**
     * Copies the checkpoint, verifying every byte. The copy continues at the beginning of its own run's batches. Does nothing if
     * the folder has it already.
     *
     * @param checkpoints folder of the new run's checkpoints
     * @param newConfigDigest SHA-256 of the new run's resolved configuration
     * @param ownReference indexes of the phases that measure KL against the version at their start; that version is copied, too,
     *     if the checkpoint is past it
     * @return the announcement of the version, which the caller writes to the new run's log
     * @throws CheckpointException if a version cannot be read or copied
     */
    public Weights copyTo(Path checkpoints, String newConfigDigest, Set<Integer> ownReference) {
        try (Checkpoints target =
                new Checkpoints(checkpoints, newConfigDigest, Integer.MAX_VALUE, Set.of(), new DurableFiles())) {
            WeightsBase base = TrainerState.fromJson(source.state()).weights().getBase();
            if (base != null) {
                base.setUri(target.keepBase(source.model()).place());
            }
            TrainerState.fromJson(source.state()).phaseStarts().forEach((phase, version) -> {
                if (ownReference.contains(phase) && version > 0 && version < source.step()) {
                    Checkpoint reference =
                            Checkpoints.readWeights(source.folder().resolveSibling("."), version);
                    target.adopt(reference, model -> (ObjectNode) reference.state());
                }
            });
            Checkpoint copy = target.adopt(source, model -> {
                TrainerState state = TrainerState.fromJson(source.state());
                return state.atBeginning(Weights.newBuilder(state.weights())
                                .setBase(base)
                                .setUri(model.place().replaceFirst("[^/]+$", announcedFolder(state)))
                                .setDelta(null) // this run has no version before
                                .setAnnouncedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                                .build())
                        .toJson();
            });
            return TrainerState.fromJson(copy.state()).weights();
        }
    }
}
