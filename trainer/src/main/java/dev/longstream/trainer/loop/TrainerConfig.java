package dev.longstream.trainer.loop;

import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.util.List;

/**
 * Settings of the trainer, which turns batches into policy versions.
 *
 * @param optimizer AdamW and its learning rate
 * @param updates number of updates that a batch makes
 * @param seed seed of the order of mini-batches
 * @param loss loss of phases without an entry in {@code phases}
 * @param totalSteps number of gradient steps of the run, all phases together
 * @param microBatch limits of a micro-batch
 * @param klEvery the KL divergence from the reference policy is measured at each step whose version is a multiple of this
 *     number; 0: never
 * @param checkpoints policy versions that are kept, and with what
 * @param phases training settings by index of the phase
 */
public record TrainerConfig(
        OptimizerSettings optimizer,
        UpdateSettings updates,
        long seed,
        LossSettings loss,
        int totalSteps,
        MicroBatchLimits microBatch,
        int klEvery,
        CheckpointSettings checkpoints,
        List<PhaseTraining> phases) {

    public static final TrainerConfig DEFAULT = new TrainerConfig(
            OptimizerSettings.DEFAULT,
            UpdateSettings.DEFAULT,
            1,
            LossSettings.DEFAULT,
            80,
            new MicroBatchLimits(8192, 0),
            1,
            CheckpointSettings.DEFAULT,
            List.of());

    public TrainerConfig {
        phases = List.copyOf(phases);
        new Problems("trainer")
                .require(totalSteps >= 1, "total-steps is %d, must be at least 1", totalSteps)
                .require(microBatch.tokens() >= 1, "micro-batch-tokens is %d, must be at least 1", microBatch.tokens())
                .require(
                        microBatch.memoryMebibytes() >= 0,
                        "memory-mebibytes is %d, must not be negative; 0 is half of what there is",
                        microBatch.memoryMebibytes())
                .require(klEvery >= 0, "kl-every is %d, must not be negative; 0 switches it off", klEvery)
                .require(
                        checkpoints.kept().whole() >= 1,
                        "keep-checkpoints is %d, must be at least 1",
                        checkpoints.kept().whole())
                .require(
                        checkpoints.every() >= 1,
                        "checkpoint-every is %d, must be at least 1 gradient step",
                        checkpoints.every())
                .throwIfAny();
    }

    /**
     * Returns the training settings of a phase. A replay may meet phases that its configuration does not have; they use
     * {@code loss}.
     */
    PhaseTraining phase(int index) {
        return index < phases.size()
                ? phases.get(index)
                : new PhaseTraining(loss, MomentsAtStart.KEEP, ReferencePolicy.INITIAL);
    }

    /** Returns whether a version gets a checkpoint with optimizer state; the first and the last one always do. */
    boolean isWhole(long version) {
        return version % checkpoints.every() == 0 || version == totalSteps;
    }
}
