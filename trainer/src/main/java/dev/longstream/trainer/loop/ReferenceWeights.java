package dev.longstream.trainer.loop;

import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;

import java.nio.file.Path;

/** The weights that KL is measured against: the initial ones, or those with which a phase began, which are kept for it. */
final class ReferenceWeights {
    private final TrainerConfig config;
    private final Path start;
    private final Checkpoints checkpoints;

    /**
     * Creates the reference weights of a training.
     *
     * @param start folder of the weights that become version 0
     */
    ReferenceWeights(TrainerConfig config, Path start, Checkpoints checkpoints) {
        this.config = config;
        this.start = start;
        this.checkpoints = checkpoints;
    }

    /**
     * Keeps the weights for the phases that a checkpoint knows, and for those that began after it, whose steps are made
     * again.
     */
    void keep(Checkpoint checkpoint) {
        keepForPhasesOf(checkpoint);
        checkpoints.newestFirst().stream()
                .findFirst()
                .filter(newest -> newest > checkpoint.step())
                .flatMap(checkpoints::version)
                .ifPresent(this::keepForPhasesOf);
    }

    private void keepForPhasesOf(Checkpoint checkpoint) {
        TrainerState.fromJson(checkpoint.state()).phaseStarts().forEach(this::keep);
    }

    /** Keeps the weights of the version with which a phase began, if KL is measured against them. */
    void keep(int phaseIndex, long version) {
        if (config.phase(phaseIndex).reference() == ReferencePolicy.PHASE_START) {
            checkpoints.keepWeights(version);
        }
    }

    /** Returns the folder of the weights of a phase that began with version {@code phaseStart}. */
    Path folder(int phaseIndex, long phaseStart) {
        if (config.phase(phaseIndex).reference() == ReferencePolicy.INITIAL || phaseStart == 0) {
            return start;
        }
        return checkpoints
                .version(phaseStart)
                .map(Checkpoint::model)
                .orElseThrow(() -> new TrainingException("KL is measured against version " + phaseStart
                        + ", with which the phase began, but " + checkpoints.folder()
                        + " has no undamaged weights of it. Bring its folder back from a copy, or go on under another"
                        + " name with phases[].reference initial: longstream fork"));
    }
}
