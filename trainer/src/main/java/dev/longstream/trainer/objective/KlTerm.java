package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * Penalty on the divergence from the reference policy: coefficient · estimate of KL(π ‖ π_ref). It is added to a
 * token's loss after the importance correction and aggregated like it.
 *
 * @param estimator estimator of the divergence at a token
 * @param coefficient β; 0: no penalty, and KL is only a metric
 * @param valueClamp largest absolute value of the estimate at a token, in nats; a larger one has no gradient; 0: no
 *     limit
 * @param importanceWeighted whether the estimate is multiplied by the ratio r, which makes the off-policy gradient that
 *     of KL (DeepSeek-V3.2)
 */
public record KlTerm(KlEstimate estimator, double coefficient, double valueClamp, boolean importanceWeighted) {
    public static final KlTerm NONE = new KlTerm(KlEstimate.K3, 0, 0, false);

    boolean present() {
        return coefficient > 0;
    }

    /**
     * KL penalty at a token, before multiplication by its coefficient.
     *
     * @param value estimate of KL, in nats
     * @param slope d value / d log π(token)
     */
    record Penalty(double value, double slope) {}

    /**
     * Computes the penalty at a token from its log-probabilities; {@code logRatio} is its log ratio to the proximal
     * policy.
     */
    Penalty at(double current, double reference, double logRatio, double clamp) {
        double value = estimator.of(current, reference, clamp);
        double slope = estimator.slope(current, reference, clamp);
        if (valueClamp > 0 && Math.abs(value) > valueClamp) {
            value = Math.signum(value) * valueClamp;
            slope = 0;
        }
        if (!importanceWeighted) {
            return new Penalty(value, slope);
        }
        double ratio = Math.exp(Math.max(-clamp, Math.min(clamp, logRatio)));
        double ratioSlope = Math.abs(logRatio) > clamp ? 0 : ratio;
        return new Penalty(value * ratio, slope * ratio + value * ratioSlope);
    }

    void check(Problems problems, RatioLevel ratio) {
        problems.require(coefficient >= 0, "kl.coefficient is %s, must not be negative; 0 switches it off", coefficient)
                .require(valueClamp >= 0, "kl.value-clamp is %s, must be positive, or 0 for none", valueClamp)
                .require(
                        !importanceWeighted || (present() && ratio == RatioLevel.TOKEN),
                        "kl.importance-weighted is true, which needs kl.coefficient above 0 and ratio token");
    }
}
