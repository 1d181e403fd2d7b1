package dev.longstream.trainer.supervised;

import org.jspecify.annotations.Nullable;

/**
 * Measures of one supervised step.
 *
 * @param step number of the step, from 1
 * @param totalSteps steps of the training
 * @param loss loss before the step
 * @param probability weighted mean over tokens of the correct token's probability, before the step
 * @param gradientNorm global 2-norm of the gradients before clipping
 * @param learningRate learning rate of the step
 * @param tokens tokens that went through the model, each prompt once
 * @param seconds wall time of the step, including a checkpoint, without a validation
 * @param validationLoss loss on the held-back answers after the step, aggregated as the loss is; null: not measured
 */
public record SupervisedProgress(
        int step,
        int totalSteps,
        double loss,
        double probability,
        double gradientNorm,
        double learningRate,
        long tokens,
        double seconds,
        @Nullable Double validationLoss) {
    /** Tokens per second of wall time; 0 if no time was measured. */
    public double tokensPerSecond() {
        return seconds == 0 ? 0 : tokens / seconds;
    }
}
