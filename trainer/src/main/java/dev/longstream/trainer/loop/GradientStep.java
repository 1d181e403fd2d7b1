package dev.longstream.trainer.loop;

/**
 * An update of the weights in memory, not yet in a checkpoint.
 *
 * @param measures measures of the forward and backward pass
 * @param gradientNorm global 2-norm of the gradients before clipping
 * @param learningRate learning rate of the update
 */
record GradientStep(StepMeasures measures, double gradientNorm, double learningRate) {}
