package dev.longstream.trainer.supervised;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;

/**
 * The supervised warm-up before reinforcement learning: how demonstrations are imitated.
 *
 * @param steps gradient steps; 0: no warm-up
 * @param batchSize demonstrations a step
 * @param optimizer AdamW and its learning rate
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
        @Inline OptimizerSettings optimizer,
        DemonstrationOrder order,
        Aggregation aggregation,
        int microBatchTokens,
        int checkpointEvery,
        int validation,
        int validateEvery) {

    public static final WarmUpConfig DEFAULT = new WarmUpConfig(
            150,
            32,
            new OptimizerSettings(1e-3, Schedule.COSINE, 10, 0.1, 0.9, 0.95, 1e-8, 0, 1),
            DemonstrationOrder.AS_PUBLISHED,
            Aggregation.TOKEN_MEAN,
            8192,
            50,
            0,
            25);

    public WarmUpConfig {
        new Problems("warm-up")
                .require(steps >= 0, "steps is %d, must not be negative; 0 leaves the warm-up out", steps)
                .require(batchSize >= 1, "batch-size is %d, must be at least 1", batchSize)
                .require(microBatchTokens >= 1, "micro-batch-tokens is %d, must be at least 1", microBatchTokens)
                .require(checkpointEvery >= 1, "checkpoint-every is %d, must be at least 1", checkpointEvery)
                .require(validation >= 0, "validation is %d, must not be negative; 0 holds nothing back", validation)
                .require(validateEvery >= 1, "validate-every is %d, must be at least 1", validateEvery)
                .require(order != null, "order is missing, expected shuffled or as-published")
                .throwIfAny();
    }

    /** Settings of the training itself. */
    public SupervisedConfig supervised() {
        return new SupervisedConfig(steps, optimizer, aggregation, microBatchTokens, checkpointEvery);
    }
}
