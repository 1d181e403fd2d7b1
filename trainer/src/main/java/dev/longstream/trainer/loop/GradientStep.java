package dev.longstream.trainer.loop;

/**
 * The updates of the weights that a batch made in memory, not yet in a checkpoint.
 *
 * @param measures measures of the forward and backward passes
 * @param gradientNorm global 2-norm of the gradients before clipping, mean over the updates
 * @param learningRate learning rate of the updates
 */
record GradientStep(StepMeasures measures, double gradientNorm, double learningRate) {}
