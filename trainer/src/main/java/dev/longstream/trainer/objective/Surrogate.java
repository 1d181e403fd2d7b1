package dev.longstream.trainer.objective;

/**
 * Loss of one token as a function of its importance ratio and advantage. In the formulas, r is the ratio to the
 * proximal policy, A the advantage, π the policy being trained; sg(·) has no gradient.
 */
public sealed interface Surrogate permits Clip, Cispo, Reinforce, Sapo, Gmpo, Dppo, Vespo {
    /** Computes the loss of one token and its derivatives. */
    TokenTerm of(TokenInputs token);

    /** Returns whether each token has a ratio of its own or the answer has one. */
    RatioLevel ratio();

    /** Returns the log ratio of one token, bounded before the mean over the answer is taken. */
    default double bounded(double logRatio, double advantage) {
        return logRatio;
    }

    /**
     * Importance ratio and advantage of a token.
     *
     * @param logRatio log r of the token or of its answer, already clamped, in nats
     * @param current log π(token)
     * @param proximal log-probability of the token under the proximal policy
     * @param advantage A
     * @param answerTokens number of the answer's tokens that take part
     */
    record TokenInputs(double logRatio, double current, double proximal, double advantage, int answerTokens) {
        /** Returns r. */
        public double ratio() {
            return Math.exp(logRatio);
        }
    }

    /**
     * Loss of a token and its derivatives.
     *
     * @param value loss of the token
     * @param throughRatio d value / d log r
     * @param direct d value / d log π(token) with r held constant
     * @param clipped whether clipping removes the gradient
     * @param dualClipped whether the dual clip limits the loss
     */
    record TokenTerm(double value, double throughRatio, double direct, boolean clipped, boolean dualClipped) {
        /** Returns a weighted log-likelihood, − weight·A·log π, whose weight has no gradient. */
        static TokenTerm likelihood(double weight, TokenInputs token) {
            double slope = -weight * token.advantage();
            return new TokenTerm(slope * token.current(), 0, slope, false, false);
        }
    }
}
