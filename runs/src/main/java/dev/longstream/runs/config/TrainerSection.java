package dev.longstream.runs.config;

import dev.longstream.trainer.loop.PhaseTraining;
import dev.longstream.trainer.loop.TrainerConfig;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.Schedule;

import java.util.List;
import java.util.Set;

/**
 * How batches become policy versions; how many of them there are follows from the phases.
 *
 * @param learningRate of AdamW, the largest
 * @param schedule how it goes down after its rise
 * @param warmUpSteps gradient steps in which it rises; 0: none
 * @param finalLearningRateShare what is left of it at the last step, as a share
 * @param beta1 AdamW's decay of the mean of the gradients
 * @param beta2 AdamW's decay of the mean of their squares
 * @param epsilon AdamW's, added to the root of the latter
 * @param weightDecay AdamW's, decoupled; 0: none
 * @param maxGradientNorm a gradient whose global 2-norm is larger is scaled down to it
 * @param microBatchTokens prompt and answer tokens that go through the model at once; what prompts begin with in common
 *     counts once
 * @param memoryMebibytes for weights, gradients, moments and a micro-batch's activations together; layers that it is not enough
 *     for are computed a second time, which changes no number; 0: half of the device's memory
 * @param klEvery KL to the initial policy is measured at each step whose version is a multiple of it; 0: never
 * @param keepCheckpoints how many of the newest checkpoints are kept whole
 */
public record TrainerSection(
        double learningRate,
        Schedule schedule,
        int warmUpSteps,
        double finalLearningRateShare,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradientNorm,
        int microBatchTokens,
        int memoryMebibytes,
        int klEvery,
        int keepCheckpoints) {

    public static final TrainerSection DEFAULT = of(TrainerConfig.DEFAULT);

    public TrainerSection {
        config(
                learningRate,
                schedule,
                warmUpSteps,
                finalLearningRateShare,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm,
                LossSettings.DEFAULT,
                microBatchTokens,
                memoryMebibytes,
                klEvery,
                keepCheckpoints,
                1,
                Set.of(),
                List.of());
    }

    private static TrainerSection of(TrainerConfig config) {
        return new TrainerSection(
                config.learningRate(),
                config.schedule(),
                config.warmUpSteps(),
                config.finalLearningRateShare(),
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                config.weightDecay(),
                config.maxGradientNorm(),
                config.microBatchTokens(),
                config.memoryMebibytes(),
                config.klEvery(),
                config.keepCheckpoints());
    }

    /**
     * What the trainer needs to know.
     *
     * @param loss what is minimised where a phase has nothing of its own
     * @param totalSteps of all phases
     * @param keepVersions policy versions whose weights are kept whatever their age
     * @param phases what is minimised in each, and whether its optimizer begins anew
     */
    public TrainerConfig config(LossSettings loss, int totalSteps, Set<Long> keepVersions, List<PhaseTraining> phases) {
        return config(
                learningRate,
                schedule,
                warmUpSteps,
                finalLearningRateShare,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm,
                loss,
                microBatchTokens,
                memoryMebibytes,
                klEvery,
                keepCheckpoints,
                totalSteps,
                keepVersions,
                phases);
    }

    private static TrainerConfig config(
            double learningRate,
            Schedule schedule,
            int warmUpSteps,
            double finalLearningRateShare,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double maxGradientNorm,
            LossSettings loss,
            int microBatchTokens,
            int memoryMebibytes,
            int klEvery,
            int keepCheckpoints,
            int totalSteps,
            Set<Long> keepVersions,
            List<PhaseTraining> phases) {
        return new TrainerConfig(
                learningRate,
                schedule,
                warmUpSteps,
                finalLearningRateShare,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm,
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
