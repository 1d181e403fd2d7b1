package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * Reduction of the losses of a batch's tokens to one number.
 *
 * @param aggregation unit of equal weight: every token, every answer's mean or every answer's sum
 * @param constantLength divisor of an answer's sum with {@code sequence-sum}, in tokens (Dr.GRPO); 0: none
 */
public record LossReduction(Aggregation aggregation, int constantLength) {
    /** Every token weighs the same. */
    public static final LossReduction TOKEN_MEAN = new LossReduction(Aggregation.TOKEN_MEAN, 0);

    public LossReduction {
        new Problems("objective.loss")
                .require(aggregation != null, "aggregation is missing, expected a word such as token-mean")
                .require(
                        constantLength == 0 || (constantLength > 0 && aggregation == Aggregation.SEQUENCE_SUM),
                        "constant-length is %d, must be positive with aggregation sequence-sum, or 0",
                        constantLength)
                .throwIfAny();
    }

    /** Returns the factor of a token's loss in an answer of {@code length} tokens. */
    double weight(double length, double batchTokens, double batchAnswers) {
        double weight = aggregation.weight(length, batchTokens, batchAnswers);
        return constantLength > 0 ? weight / constantLength : weight;
    }
}
