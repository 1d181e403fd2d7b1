package dev.longstream.trainer.objective;

/**
 * What a token adds to the policy loss, as a function of its importance ratio and its advantage. Below, r is the ratio to
 * the proximal policy, A the advantage, π the policy being trained, sg(·) takes part without a gradient.
 */
interface Surrogate {
    TokenTerm of(TokenInputs token);

    /** The log ratio of one token before an answer's mean of them is taken. */
    default double bounded(double logRatio, double advantage) {
        return logRatio;
    }

    /**
     * @param logRatio log r, of the token or of its answer, already clamped
     * @param current log π(token)
     * @param proximal log-probability that the ratio is taken to
     * @param advantage A
     * @param answerTokens tokens of the answer that take part
     */
    record TokenInputs(double logRatio, double current, double proximal, double advantage, int answerTokens) {
        double ratio() {
            return Math.exp(logRatio);
        }
    }

    /**
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
