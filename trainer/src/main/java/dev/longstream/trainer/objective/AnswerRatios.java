package dev.longstream.trainer.objective;

/**
 * Log importance ratios of one answer's C tokens to the proximal policy, log π − log π_prox.
 *
 * @param logRatios double[C], log ratio of each token
 * @param boundedLogRatios double[C], log ratio of each token after {@link Surrogate#bounded}
 * @param keptTokens number of tokens that pass the rejections
 * @param meanLogRatio mean of the bounded log ratios over the kept tokens; 0 without any
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record AnswerRatios(double[] logRatios, double[] boundedLogRatios, int keptTokens, double meanLogRatio) {

    /** Computes the ratios of an answer from arrays of shape (C). */
    static AnswerRatios of(
            Surrogate surrogate, double[] current, double[] proximal, double[] advantages, boolean[] kept) {
        int keptTokens = 0;
        for (boolean keeps : kept) {
            keptTokens += keeps ? 1 : 0;
        }
        double[] logRatios = new double[current.length];
        double[] bounded = new double[current.length];
        double mean = 0;
        for (int token = 0; token < current.length; token++) {
            logRatios[token] = current[token] - proximal[token];
            bounded[token] = surrogate.bounded(logRatios[token], advantages[token]);
            mean += kept[token] ? bounded[token] / keptTokens : 0;
        }
        return new AnswerRatios(logRatios, bounded, keptTokens, mean);
    }

    /** Returns the log ratio that a token's loss uses: its own, or the answer's mean. */
    double used(RatioLevel level, int token) {
        return level == RatioLevel.SEQUENCE ? meanLogRatio : logRatios[token];
    }

    /** Returns whether the token's log ratio changes the mean: a log ratio at its bound does not. */
    boolean movesMean(int token) {
        return boundedLogRatios[token] == logRatios[token];
    }
}
