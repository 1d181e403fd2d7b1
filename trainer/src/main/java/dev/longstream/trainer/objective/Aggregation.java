package dev.longstream.trainer.objective;

/**
 * How the losses of tokens become one number. Every denominator is the whole batch's, never a micro-batch's: only then
 * do accumulated gradients equal those of the full batch.
 */
public enum Aggregation {
    /** Σ over tokens / tokens of the batch (DAPO): every token weighs the same, whatever the length of its answer. */
    TOKEN_MEAN,
    /** Mean over answers of the mean over tokens (GRPO as published): every answer weighs the same. */
    SEQUENCE_MEAN,
    /** Mean over answers of the sum over tokens. */
    SEQUENCE_SUM;

    /**
     * Factor of a token's loss in the batch's.
     *
     * @param answerTokens of the answer the token belongs to, or the sum of its loss weights
     * @param batchTokens of all answers of the batch, or the sum of their loss weights
     * @param batchAnswers answers of the batch, empty ones included
     * @return 0 where there is nothing to divide by
     */
    public double weight(double answerTokens, double batchTokens, double batchAnswers) {
        double denominator =
                switch (this) {
                    case TOKEN_MEAN -> batchTokens;
                    case SEQUENCE_MEAN -> batchAnswers * answerTokens;
                    case SEQUENCE_SUM -> batchAnswers;
                };
        return denominator == 0 ? 0 : 1 / denominator;
    }
}
