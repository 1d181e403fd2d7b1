package dev.longstream.runs.config;

import dev.longstream.config.Inline;
import dev.longstream.trainer.loop.PhaseTraining;
import dev.longstream.trainer.loop.TrainerConfig;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.OptimizerSettings;

import java.util.List;
import java.util.Set;

/**
 * How batches become policy versions; the number of versions follows from the phases.
 *
 * @param optimizer AdamW and its learning rate
 * @param microBatchTokens prompt and answer tokens that go through the model at once; what prompts begin with in common
 *     counts once
 * @param memoryMebibytes for weights, gradients, moments and a micro-batch's activations together; layers that it is not enough
 *     for are computed a second time, which changes no number; 0: half of the device's memory
 * @param klEvery KL to the initial policy is measured at each step whose version is a multiple of it; 0: never
 * @param keepCheckpoints how many of the newest checkpoints are kept whole
 */
public record TrainerSection(
        @Inline OptimizerSettings optimizer,
        int microBatchTokens,
        int memoryMebibytes,
        int klEvery,
        int keepCheckpoints) {

    public static final TrainerSection DEFAULT = new TrainerSection(
            TrainerConfig.DEFAULT.optimizer(),
            TrainerConfig.DEFAULT.microBatchTokens(),
            TrainerConfig.DEFAULT.memoryMebibytes(),
            TrainerConfig.DEFAULT.klEvery(),
            TrainerConfig.DEFAULT.keepCheckpoints());

    public TrainerSection {
        // The trainer's own checks, with a stand-in for what this section does not say.
        new TrainerConfig(
                optimizer,
                LossSettings.DEFAULT,
                1,
                microBatchTokens,
                memoryMebibytes,
                klEvery,
                keepCheckpoints,
                Set.of(),
                List.of());
    }

    /**
     * The trainer's configuration for a whole run.
     *
     * @param loss minimised in a phase that has no objective of its own
     * @param totalSteps gradient steps of all phases
     * @param keepVersions policy versions whose weights are kept whatever their age
     * @param phases what is minimised in each, and whether its optimizer begins anew
     */
    public TrainerConfig config(LossSettings loss, int totalSteps, Set<Long> keepVersions, List<PhaseTraining> phases) {
        return new TrainerConfig(
                optimizer,
                loss,
                totalSteps,
                microBatchTokens,
                memoryMebibytes,
                klEvery,
                keepCheckpoints,
                keepVersions,
                phases);
    }
}
