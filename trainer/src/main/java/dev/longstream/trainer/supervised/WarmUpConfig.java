package dev.longstream.trainer.supervised;

import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;

/**
 * The supervised warm-up before reinforcement learning: how demonstrations are imitated.
 *
 * @param steps gradient steps; 0: no warm-up
 * @param batchSize demonstrations a step
 * @param learningRate of AdamW, the largest
 * @param schedule how it goes down after its rise
 * @param warmUpSteps gradient steps in which it rises; 0: none
 * @param finalLearningRateShare what is left of it at the last step, as a share
 * @param beta1 AdamW's decay of the mean of the gradients
 * @param beta2 AdamW's decay of the mean of their squares
 * @param epsilon AdamW's, added to the root of the latter
 * @param weightDecay AdamW's, decoupled; 0: none
 * @param maxGradientNorm a gradient whose global 2-norm is larger is scaled down to it
 * @param order which demonstrations come first
 * @param aggregation whether every token or every answer weighs the same
 * @param microBatchTokens prompt and answer tokens that go through the model at once; what prompts begin with in common
 *     counts once
 * @param checkpointEvery steps between two checkpoints; the last step always has one
 * @param validation demonstrations that are not imitated: the loss on them is measured; taken at equal distances from the
 *     log. 0: none
 * @param validateEvery steps between two such measurements; there is one after the last step, too
 */
public record WarmUpConfig(
        int steps,
        int batchSize,
        double learningRate,
        Schedule schedule,
        int warmUpSteps,
        double finalLearningRateShare,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradientNorm,
        DemonstrationOrder order,
        Aggregation aggregation,
        int microBatchTokens,
        int checkpointEvery,
        int validation,
        int validateEvery) {

    public static final WarmUpConfig DEFAULT = new WarmUpConfig(
            150,
            32,
            1e-3,
            Schedule.COSINE,
            10,
            0.1,
            0.9,
            0.95,
            1e-8,
            0,
            1,
            DemonstrationOrder.AS_PUBLISHED,
            Aggregation.TOKEN_MEAN,
            8192,
            50,
            0,
            25);

    public WarmUpConfig {
        Problems problems = new Problems("warm-up")
                .require(steps >= 0, "steps is %d, must not be negative; 0 leaves the warm-up out", steps)
                .require(batchSize >= 1, "batch-size is %d, must be at least 1", batchSize)
                .require(microBatchTokens >= 1, "micro-batch-tokens is %d, must be at least 1", microBatchTokens)
                .require(checkpointEvery >= 1, "checkpoint-every is %d, must be at least 1", checkpointEvery)
                .require(validation >= 0, "validation is %d, must not be negative; 0 holds nothing back", validation)
                .require(validateEvery >= 1, "validate-every is %d, must be at least 1", validateEvery);
        problems.require(order != null, "order is missing, expected shuffled or as-published");
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
        problems.throwIfAny();
    }

    /** What the training itself needs to know. */
    public SupervisedConfig supervised() {
        OptimizerSettings optimizer = new OptimizerSettings(
                learningRate,
                schedule,
                warmUpSteps,
                finalLearningRateShare,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                maxGradientNorm);
        return new SupervisedConfig(steps, optimizer, aggregation, microBatchTokens, checkpointEvery);
    }
}
