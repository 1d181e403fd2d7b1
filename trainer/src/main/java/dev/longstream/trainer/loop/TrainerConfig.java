package dev.longstream.trainer.loop;

import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How batches become policy versions.
 *
 * @param learningRate of AdamW, the largest
 * @param schedule how it goes down after the warm-up
 * @param warmUpSteps gradient steps in which it rises; 0: none
 * @param finalLearningRateShare what is left of it at the last step, as a share
 * @param beta1 AdamW's decay of the mean of the gradients
 * @param beta2 AdamW's decay of the mean of their squares
 * @param epsilon AdamW's, added to the root of the latter
 * @param weightDecay AdamW's, decoupled; 0: none
 * @param maxGradientNorm a gradient whose global 2-norm is larger is scaled down to it
 * @param loss what is minimised in a phase that {@code phases} does not name
 * @param totalSteps gradient steps of the run, all phases together
 * @param microBatchTokens prompt and answer tokens that go through the model at once; what prompts begin with in common
 *     counts once
 * @param memoryMebibytes for weights, gradients, moments and a micro-batch's activations together; layers that it is not enough
 *     for are computed a second time, which changes no number; 0: half of the device's memory
 * @param klEvery KL to the initial policy is measured at each step whose version is a multiple of it; 0: never
 * @param keepCheckpoints how many of the newest checkpoints are kept whole
 * @param keepVersions policy versions whose weights are kept whatever their age, e.g. the ends of phases; 0 always is
 * @param phases by index of the phase
 */
public record TrainerConfig(
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
        int totalSteps,
        int microBatchTokens,
        int memoryMebibytes,
        int klEvery,
        int keepCheckpoints,
        Set<Long> keepVersions,
        List<PhaseTraining> phases) {

    public static final TrainerConfig DEFAULT = new TrainerConfig(
            1e-4,
            Schedule.CONSTANT,
            5,
            0.1,
            0.9,
            0.95,
            1e-8,
            0,
            1,
            LossSettings.DEFAULT,
            80,
            8192,
            0,
            1,
            3,
            Set.of(),
            List.of());

    public TrainerConfig {
        keepVersions = Set.copyOf(keepVersions);
        phases = List.copyOf(phases);
        Problems problems = new Problems("trainer");
        new OptimizerSettings(
                        learningRate,
                        schedule,
                        warmUpSteps,
                        finalLearningRateShare,
                        beta1,
                        beta2,
                        epsilon,
                        weightDecay,
                        maxGradientNorm)
                .check(problems);
        problems.require(totalSteps >= 1, "total-steps is %d, must be at least 1", totalSteps)
                .require(microBatchTokens >= 1, "micro-batch-tokens is %d, must be at least 1", microBatchTokens)
                .require(
                        memoryMebibytes >= 0,
                        "memory-mebibytes is %d, must not be negative; 0 is half of what there is",
                        memoryMebibytes)
                .require(klEvery >= 0, "kl-every is %d, must not be negative; 0 switches it off", klEvery)
                .require(keepCheckpoints >= 1, "keep-checkpoints is %d, must be at least 1", keepCheckpoints)
                .throwIfAny();
    }

    /** How a phase is trained; a replay may meet phases that its configuration does not have. */
    PhaseTraining phase(int index) {
        return index < phases.size() ? phases.get(index) : new PhaseTraining(loss, MomentsAtStart.KEEP);
    }

    /** Whether some phase's loss compares with the initial policy. */
    boolean needsReference() {
        return Stream.concat(Stream.of(loss), phases.stream().map(PhaseTraining::loss))
                .anyMatch(each -> each.objective().needsReference());
    }

    public OptimizerSettings optimizer() {
        return new OptimizerSettings(
                learningRate,
                schedule,
                warmUpSteps,
                finalLearningRateShare,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm);
    }
}
