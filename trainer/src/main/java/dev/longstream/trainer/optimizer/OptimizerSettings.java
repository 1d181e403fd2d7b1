package dev.longstream.trainer.optimizer;

import dev.longstream.config.Inline;
import dev.longstream.config.Problems;

/**
 * Settings of AdamW (Loshchilov &amp; Hutter 2019), its learning-rate schedule and the clipping of gradients.
 *
 * @param learningRate largest learning rate, reached after the warm-up steps
 * @param schedule decrease of the learning rate after the warm-up steps
 * @param warmUpSteps number of steps in which the learning rate rises linearly to its largest value; 0: none. It rises again
 *     after the moments were reset
 * @param finalLearningRateShare fraction of the largest learning rate that is left at the last step, from 0 to 1;
 *     ignored by a constant schedule
 * @param beta1 decay rate of the running mean of gradients
 * @param beta2 decay rate of the running mean of squared gradients
 * @param epsilon number added to the square root of the mean of squared gradients
 * @param decay decoupled weight decay
 * @param maxGradientNorm maximum 2-norm of the gradient over all weights; a larger gradient is scaled down to it
 */
public record OptimizerSettings(
        double learningRate,
        Schedule schedule,
        int warmUpSteps,
        double finalLearningRateShare,
        double beta1,
        double beta2,
        double epsilon,
        @Inline WeightDecay decay,
        double maxGradientNorm) {

    /** AdamW as language models are trained with it, at a constant rate after five steps. */
    public static final OptimizerSettings DEFAULT =
            new OptimizerSettings(1e-4, Schedule.CONSTANT, 5, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1);

    public OptimizerSettings {
        new Problems("optimizer")
                .require(positive(learningRate), "learning-rate is %s, must be a number above 0", learningRate)
                .require(warmUpSteps >= 0, "warm-up-steps is %d, must not be negative", warmUpSteps)
                .require(
                        finalLearningRateShare >= 0 && finalLearningRateShare <= 1,
                        "final-learning-rate-share is %s, must be between 0 and 1",
                        finalLearningRateShare)
                .require(beta1 >= 0 && beta1 < 1, "beta1 is %s, must be at least 0 and below 1", beta1)
                .require(beta2 >= 0 && beta2 < 1, "beta2 is %s, must be at least 0 and below 1", beta2)
                .require(positive(epsilon), "epsilon is %s, must be a number above 0", epsilon)
                .require(
                        decay.weightDecay() >= 0 && Double.isFinite(decay.weightDecay()),
                        "weight-decay is %s, must be a number that is not negative",
                        decay.weightDecay())
                .require(
                        positive(maxGradientNorm), "max-gradient-norm is %s, must be a number above 0", maxGradientNorm)
                .throwIfAny();
    }

    /**
     * Computes the learning rate of a step, as a pure function.
     *
     * @param step number of the step, 0 for the first
     * @param totalSteps number of steps of the training; the last one, totalSteps − 1, has the final share
     */
    public double learningRate(long step, long totalSteps) {
        return learningRate(step, step, totalSteps);
    }

    /**
     * Computes the learning rate of a step in a training that resets the moments, as a pure function. After a reset the learning
     * rate rises again over {@code warmUpSteps} steps, to where its schedule is by then.
     *
     * @param sinceReset number of steps taken since the moments were zero
     */
    public double learningRate(long step, long sinceReset, long totalSteps) {
        double scheduled = scheduled(step, totalSteps);
        return sinceReset < warmUpSteps ? scheduled * (sinceReset + 1) / warmUpSteps : scheduled;
    }

    /** Computes the learning rate of a step without warm-up. */
    private double scheduled(long step, long totalSteps) {
        if (step < warmUpSteps) {
            return learningRate;
        }
        double progress = (step + 1.0 - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps);
        double left =
                switch (schedule) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - progress;
                    case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
                };
        double share = schedule == Schedule.CONSTANT ? 0 : finalLearningRateShare;
        return learningRate * (share + (1 - share) * left);
    }

    private static boolean positive(double value) {
        return value > 0 && Double.isFinite(value);
    }
}
