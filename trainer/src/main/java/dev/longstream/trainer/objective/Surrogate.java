package dev.longstream.trainer.objective;

/**
 * Function of a token's importance ratio and advantage that the policy loss sums up. Below, r is the ratio to the proximal
 * policy, A the advantage, π the policy being trained, sg(·) takes part without a gradient.
 */
public sealed interface Surrogate permits Clip, Cispo, Reinforce, Sapo, Gmpo, Dppo, Vespo {
    /** The loss of one token and its derivatives. */
    TokenTerm of(TokenInputs token);

    /** Whether each token has a ratio of its own, or one ratio serves the whole answer. */
    RatioLevel ratio();

    /** The log ratio of one token before an answer's mean of them is taken. */
    default double bounded(double logRatio, double advantage) {
        return logRatio;
    }

    /**
     * A token's importance ratio and advantage.
     *
     * @param logRatio log r, of the token or of its answer, already clamped
     * @param current log π(token)
     * @param proximal log-probability that the ratio is taken to
     * @param advantage A
     * @param answerTokens tokens of the answer that take part
     */
    record TokenInputs(double logRatio, double current, double proximal, double advantage, int answerTokens) {
        /** r. */
        public double ratio() {
            return Math.exp(logRatio);
        }
    }

    /**
     * A token's loss and its derivatives.
     *
     * @param value the token's loss
     * @param throughRatio d value / d log r
     * @param direct d value / d log π(token) where r is held
     * @param clipped whether the clip takes the gradient
     * @param dualClipped whether the dual clip binds
     */
    record TokenTerm(double value, double throughRatio, double direct, boolean clipped, boolean dualClipped) {
        /** A weighted log-likelihood, − weight·A·log π, the weight without a gradient. */
        static TokenTerm likelihood(double weight, TokenInputs token) {
            double slope = -weight * token.advantage();
            return new TokenTerm(slope * token.current(), 0, slope, false, false);
        }
    }
}
