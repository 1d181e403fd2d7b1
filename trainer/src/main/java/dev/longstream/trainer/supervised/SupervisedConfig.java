package dev.longstream.trainer.supervised;

import dev.longstream.config.Problems;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.optimizer.OptimizerSettings;

/**
 * Settings of supervised training on given answers.
 *
 * @param steps gradient steps; 0: the initial weights are the result
 * @param optimizer AdamW and its learning rate
 * @param aggregation how token losses become one number; {@link Aggregation#SEQUENCE_MEAN} is Eq. 11 of QwenLong-L1
 * @param microBatchTokens prompt and answer tokens that go through the model at once; the common beginning of prompts
 *     counts once
 * @param checkpointEvery steps from one checkpoint to the next; the last step always has one
 */
public record SupervisedConfig(
        int steps, OptimizerSettings optimizer, Aggregation aggregation, int microBatchTokens, int checkpointEvery) {
    public SupervisedConfig {
        new Problems("supervised")
                .require(steps >= 0, "steps is %d, must not be negative", steps)
                .require(microBatchTokens >= 1, "micro-batch-tokens is %d, must be at least 1", microBatchTokens)
                .require(checkpointEvery >= 1, "checkpoint-every is %d, must be at least 1", checkpointEvery)
                .throwIfAny();
    }
}
