package dev.longstream.trainer.objective;

/**
 * Contribution of a micro-batch to the loss of its batch.
 *
 * @param value contribution to the batch's loss
 * @param gradient double[N][C], d loss / d {@link LossInputs#current()}
 * @param entropyGradient double[N][C], d loss / d {@link LossInputs#entropies()}; no rows if the loss has no entropy
 *     bonus
 * @param counts sums that describe the loss
 */
@SuppressWarnings("ArrayRecordComponent") // passed once from loss to backward pass, never compared
public record Loss(double value, double[][] gradient, double[][] entropyGradient, LossCounts counts) {}
