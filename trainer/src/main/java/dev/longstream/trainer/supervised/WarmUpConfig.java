package dev.longstream.trainer.supervised;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;

/**
 * Supervised warm-up before reinforcement learning, in which the policy imitates demonstrations.
 *
 * @param steps number of gradient steps; 0: no warm-up
 * @param batchSize number of demonstrations in each step
 * @param optimizer AdamW and its learning rate
 * @param order order of the demonstrations
 * @param aggregation reduction of the losses of tokens to one number
 * @param microBatchTokens maximum number of prompt and answer tokens in one forward pass; a prefix that prompts share
 *     counts once
 * @param checkpointEvery number of steps between two checkpoints; the last step always writes one
 * @param validation number of demonstrations that are held back to measure the loss on them, taken at equal distances
 *     from the log; 0: none
 * @param validateEvery number of steps between two measurements of the validation loss; the last step always measures
 *     it
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
            new OptimizerSettings(1e-3, Schedule.COSINE, 10, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1),
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
