package dev.longstream.trainer.objective;

/**
 * A micro-batch's part of the loss.
 *
 * @param value what it adds to the batch's loss
 * @param gradient double[N][C], d loss / d {@link LossInputs#current()}
 * @param counts what describes it
 */
public record Loss(double value, double[][] gradient, LossCounts counts) {}
