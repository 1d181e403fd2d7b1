package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.trainer.checkpoint.KeptCheckpoints;
import dev.longstream.trainer.loop.CheckpointSettings;
import dev.longstream.trainer.loop.MicroBatchLimits;
import dev.longstream.trainer.loop.PhaseTraining;
import dev.longstream.trainer.loop.TrainerConfig;
import dev.longstream.trainer.loop.UpdateSettings;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Optimizer, updates, memory and checkpoints of the trainer. The phases determine the number of gradient steps.
 *
 * @param optimizer AdamW and its learning rate
 * @param updates number of updates that a batch makes
 * @param microBatchTokens maximum number of prompt and answer tokens in one forward pass; a prefix that prompts share
 *     counts once
 * @param memoryMebibytes memory of the embedded learner in MiB for weights, gradients, moments and the activations of a
 *     micro-batch together;
 *     layers that do not fit are recomputed in the backward pass, which changes no number; 0: half of the device's
 *     memory
 * @param klEvery the KL divergence from the reference policy, {@code phases[].reference}, is measured at each step whose
 *     version is a multiple of this number; 0: never
 * @param keepCheckpoints number of the newest checkpoints that are kept with weights and optimizer state
 * @param checkpointEvery gradient steps from one checkpoint with optimizer state (8 of its 12 bytes a parameter) to the next.
 *     Every version has its weights. After a crash the steps since the last checkpoint are made again from the log; on a
 *     processor they have the same bytes
 * @param learner engine that computes gradients and optimizer steps
 * @param adapter LoRA adapter that reinforcement learning trains; null: it trains all weights. The warm-up trains all weights in
 *     either case, and makes the adapter's base
 */
public record TrainerSection(
        @Inline OptimizerSettings optimizer,
        @Inline UpdateSettings updates,
        int microBatchTokens,
        int memoryMebibytes,
        int klEvery,
        int keepCheckpoints,
        int checkpointEvery,
        LearnerSection learner,
        @Nullable AdapterSection adapter) {

    public static final TrainerSection DEFAULT = new TrainerSection(
            TrainerConfig.DEFAULT.optimizer(),
            TrainerConfig.DEFAULT.updates(),
            TrainerConfig.DEFAULT.microBatch().tokens(),
            TrainerConfig.DEFAULT.microBatch().memoryMebibytes(),
            TrainerConfig.DEFAULT.klEvery(),
            TrainerConfig.DEFAULT.checkpoints().kept().whole(),
            TrainerConfig.DEFAULT.checkpoints().every(),
            LearnerSection.DEFAULT,
            null);

    public TrainerSection {
        updates = Objects.requireNonNullElse(updates, UpdateSettings.DEFAULT);
        learner = Objects.requireNonNullElse(learner, LearnerSection.DEFAULT);
        // The trainer's own checks, with a stand-in for what this section does not say.
        new TrainerConfig(
                optimizer,
                updates,
                0,
                LossSettings.DEFAULT,
                1,
                new MicroBatchLimits(microBatchTokens, memoryMebibytes),
                klEvery,
                new CheckpointSettings(checkpointEvery, new KeptCheckpoints(keepCheckpoints, 1, Set.of())),
                List.of());
    }

    /** Returns the shape of the adapter that is trained; empty: all weights are. */
    public Optional<AdapterConfig> adapterShape() {
        return Optional.ofNullable(adapter).map(AdapterSection::shape);
    }

    /**
     * Returns the trainer's configuration for a whole run.
     *
     * @param seed seed of the run
     * @param loss loss of the phases without an objective of their own
     * @param totalSteps gradient steps of all phases together
     * @param sampledVersions number of the newest policy versions whose weights are kept
     * @param keepVersions policy versions whose weights are kept whatever their age
     * @param phases loss and treatment of the optimizer's moments, one entry per phase
     */
    public TrainerConfig config(
            long seed,
            LossSettings loss,
            int totalSteps,
            int sampledVersions,
            Set<Long> keepVersions,
            List<PhaseTraining> phases) {
        return new TrainerConfig(
                optimizer,
                updates,
                seed,
                loss,
                totalSteps,
                new MicroBatchLimits(microBatchTokens, memoryMebibytes),
                klEvery,
                new CheckpointSettings(
                        checkpointEvery, new KeptCheckpoints(keepCheckpoints, sampledVersions, keepVersions)),
                phases);
    }
}
