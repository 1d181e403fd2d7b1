package dev.longstream.trainer.objective;

/**
 * A micro-batch's part of the loss.
 *
 * @param value what it adds to the batch's loss
 * @param gradient double[N][C], d loss / d {@link LossInputs#current()}
 * @param entropyGradient double[N][C], d loss / d {@link LossInputs#entropies()}; no rows where the loss has no entropy bonus
 * @param counts what describes it
 */
@SuppressWarnings("ArrayRecordComponent") // passed once from loss to backward pass, never compared
public record Loss(double value, double[][] gradient, double[][] entropyGradient, LossCounts counts) {}
