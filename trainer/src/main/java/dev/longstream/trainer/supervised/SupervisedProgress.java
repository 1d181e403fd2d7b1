package dev.longstream.trainer.supervised;

import org.jspecify.annotations.Nullable;

/**
 * What one supervised step did.
 *
 * @param step 1 for the first
 * @param totalSteps of the training
 * @param loss before the step
 * @param probability weighted mean over tokens of the probability of the right token, before the step
 * @param gradientNorm global 2-norm before clipping
 * @param learningRate of the step
 * @param tokens that went through the model, prompts once
 * @param seconds wall time of the step, a checkpoint included, a validation not
 * @param validationLoss after the step, on what was held back, aggregated as the loss is; null where it was not measured
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
    public double tokensPerSecond() {
        return seconds == 0 ? 0 : tokens / seconds;
    }
}
