package dev.longstream.trainer.objective;

/**
 * Reduction of the losses of tokens to one number. Every denominator belongs to the whole batch, never to a
 * micro-batch; only then do accumulated gradients equal those of the full batch.
 */
public enum Aggregation {
    /**
     * Sum over tokens / tokens of the batch (DAPO): every token has the same weight, whatever the length of its answer.
     */
    TOKEN_MEAN,
    /** Mean over answers of the mean over tokens (GRPO as published): every answer has the same weight. */
    SEQUENCE_MEAN,
    /** Mean over answers of the sum over tokens. */
    SEQUENCE_SUM;

    /**
     * Returns the factor of a token's loss in the loss of the batch.
     *
     * @param answerTokens number of tokens of the token's answer, or the sum of their loss weights
     * @param batchTokens number of tokens of all answers of the batch, or the sum of their loss weights
     * @param batchAnswers number of answers of the batch, empty ones included
     * @return factor of the loss; 0 if the denominator is 0
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
