package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.Arrays;
import java.util.List;

/**
 * Leaves out tokens or whole answers at which the proximal policy differs too much from the sampling policy μ. The test
 * is a statistic of d = log π_prox − log μ, with inclusive bounds (verl's rollout correction; sequence-mean with k1 is
 * the geometric rejection). For k1 the bounds apply to exp(statistic), a ratio; for k2 and k3 to the statistic itself.
 *
 * @param level tokens over which the statistic is computed
 * @param estimator value of each token: k1 = d, k2 = d²/2, k3 = e^d − 1 − d
 * @param lower lower bound, above 0, for k1 only; 0 for k2 and k3
 * @param upper upper bound, above 0
 */
public record Rejection(Level level, KlEstimate estimator, double lower, double upper) {
    /** Tokens over which the statistic is computed. */
    public enum Level {
        /** Each token has its own statistic. */
        TOKEN,
        /** Sum over the tokens of an answer. */
        SEQUENCE_SUM,
        /** Mean over the tokens of an answer. */
        SEQUENCE_MEAN,
        /** Maximum over the tokens of an answer. */
        SEQUENCE_MAX
    }

    /**
     * Finds the tokens that pass all rejections.
     *
     * @param clamp largest absolute value of a log ratio, in nats
     * @return boolean[N][C], true for a token that passes all rejections
     */
    static boolean[][] kept(List<Rejection> rejections, LossInputs inputs, double clamp) {
        boolean[][] kept = new boolean[inputs.answers()][];
        for (int answer = 0; answer < kept.length; answer++) {
            kept[answer] = new boolean[inputs.current()[answer].length];
            Arrays.fill(kept[answer], true);
            for (Rejection rejection : rejections) {
                rejection.apply(inputs.proximal()[answer], inputs.behaviour()[answer], clamp, kept[answer]);
            }
        }
        return kept;
    }

    private void apply(double[] proximal, double[] behaviour, double clamp, boolean[] kept) {
        double[] values = new double[proximal.length];
        for (int token = 0; token < values.length; token++) {
            double logRatio = Math.max(-clamp, Math.min(clamp, proximal[token] - behaviour[token]));
            values[token] = estimator == KlEstimate.K1 ? logRatio : estimator.of(0, logRatio, clamp);
        }
        double ofAnswer =
                switch (level) {
                    case TOKEN -> Double.NaN;
                    case SEQUENCE_SUM -> Arrays.stream(values).sum();
                    case SEQUENCE_MEAN -> Arrays.stream(values).average().orElse(0);
                    case SEQUENCE_MAX -> Arrays.stream(values).max().orElse(0);
                };
        for (int token = 0; token < values.length; token++) {
            kept[token] &= passes(level == Level.TOKEN ? values[token] : ofAnswer);
        }
    }

    private boolean passes(double statistic) {
        return estimator == KlEstimate.K1
                ? statistic >= Math.log(lower) && statistic <= Math.log(upper)
                : statistic <= upper;
    }

    void check(Problems problems, String path, Proximal proximal) {
        problems.require(
                        level != null && estimator != null,
                        "%s needs level (token, sequence-sum, sequence-mean or sequence-max) and estimator (k1, k2 or k3)",
                        path)
                .require(
                        proximal != Proximal.BEHAVIOUR,
                        "%s has nothing to compare with proximal behaviour; expected proximal current or log-linear",
                        path)
                .require(
                        estimator == KlEstimate.K1 ? lower > 0 && lower < upper : lower == 0,
                        estimator == KlEstimate.K1
                                ? "%s.lower is %s, must be a ratio above 0 and below upper"
                                : "%s.lower is %s, must be 0: only k1 has a lower bound",
                        path,
                        lower)
                .require(upper > 0, "%s.upper is %s, must be above 0", path, upper);
    }
}
