package dev.longstream.trainer.loop;

/**
 * An update of the weights that has happened in memory.
 *
 * @param measures of the forward and backward pass
 * @param gradientNorm global 2-norm before clipping
 * @param learningRate of the update
 */
record GradientStep(StepMeasures measures, double gradientNorm, double learningRate) {}
