package dev.longstream.trainer.loop;

import dev.longstream.record.Batch;
import dev.longstream.trainer.batch.BatchSource;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the checkpoint from which a training continues, where folder and log may disagree: a power cut or a restored copy sets
 * one of them back, and a checkpoint may be damaged.
 *
 * <p>The log decides. A checkpoint fits if the log has the batch it was trained on last and announces no other weights for its
 * version. Training continues from the newest fitting one. Versions that the log does not announce yet are announced from the
 * folder with the records they had. Versions that the log announces and the folder lacks are made again from {@code batches},
 * and must get the announced bytes. Versions trained on batches that the log no longer has are set aside: the groups they
 * learned from are lost, and the ledger would not close with them.
 */
final class Resumption {
    private static final Logger LOG = LoggerFactory.getLogger(Resumption.class);
    private static final long NONE = -1;

    private final Checkpoints checkpoints;
    private final BatchSource batches;
    private final NavigableMap<Long, String> announced;

    /**
     * Creates the search for a training's checkpoint.
     *
     * @param announced SHA-256 of the weights of every announced version
     */
    Resumption(Checkpoints checkpoints, BatchSource batches, NavigableMap<Long, String> announced) {
        this.checkpoints = checkpoints;
        this.batches = batches;
        this.announced = announced;
    }

    /**
     * Returns the checkpoint to continue from; empty if the training begins with version 0. Sets aside versions after it that
     * do not fit the log.
     *
     * @param announce announces a version that the log lacks
     * @throws TrainingException if folder and log belong to different runs, or no checkpoint fits
     */
    Optional<Checkpoint> find(Consumer<Checkpoint> announce) {
        List<Long> kept = checkpoints.newestFirst();
        if (announced.isEmpty() && !kept.isEmpty() && kept.get(0) > 0) {
            throw new TrainingException(
                    "The newest checkpoint in " + checkpoints.folder() + " is version " + kept.get(0)
                            + ", but the newest version announced on the log is none: folder and log belong to different runs");
        }
        Optional<Checkpoint> found = checkpoints.restore(this::fits);
        if (found.isEmpty() && !kept.isEmpty()) {
            throw new TrainingException("No checkpoint in " + checkpoints.folder() + " (versions " + kept
                    + ") fits the log, whose newest version is " + newest()
                    + ": the log or the folder was restored from an older copy. Restore a copy of both from one moment, or"
                    + " start a new run");
        }
        long from = found.map(Checkpoint::step).orElse(NONE);
        for (long version = newest() + 1; version <= from; version++) {
            announce.accept(checkpoints.version(version).orElseThrow());
        }
        for (long version : kept) {
            if (version > from) {
                setAsideUnlessCovered(version);
            }
        }
        if (newest() > from) {
            LOG.warn(
                    "Training continues from version {}; the versions up to {}, which the log announces, are made again from"
                            + " its batches",
                    Math.max(from, 0),
                    newest());
        }
        return found;
    }

    private long newest() {
        return announced.isEmpty() ? NONE : announced.lastKey();
    }

    private boolean fits(Checkpoint checkpoint) {
        String digest = announced.get(checkpoint.step());
        String own = TrainerState.fromJson(checkpoint.state()).weights().getDigest();
        if (digest != null && !digest.equals(own)) {
            throw new TrainingException(
                    "Version " + checkpoint.step() + " was announced with digest " + digest + ", but "
                            + checkpoint.folder() + " has " + own
                            + ": folder and log belong to different runs");
        }
        if (!isCovered(checkpoint)) {
            return false;
        }
        for (long version = newest() + 1; version < checkpoint.step(); version++) {
            if (checkpoints.version(version).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the log has the batch that the version was trained on last. */
    private boolean isCovered(Checkpoint checkpoint) {
        TrainerState state = TrainerState.fromJson(checkpoint.state());
        if (state.nextBatchOffset() <= batches.begin()) { // version 0, or the batch was removed because of its age
            return true;
        }
        Optional<Batch> batch = batches.at(state.nextBatchOffset() - 1);
        return batch.filter(state::wasTrainedOn).isPresent();
    }

    private void setAsideUnlessCovered(long version) {
        if (checkpoints.version(version).filter(kept -> !isCovered(kept)).isPresent()) {
            LOG.warn(
                    "Version {} was trained on batch {}, which the log no longer has: the log was set back, by a power cut or"
                            + " by an older copy. The version is kept in {} and made anew from new answers; remove the folder"
                            + " when nobody needs it",
                    version,
                    version - 1,
                    checkpoints.setAside(version));
        }
    }
}
