package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * Importance weights on the policy loss, computed from ρ = π_prox / μ. They have no gradient and change no denominator.
 *
 * <pre>
 * truncate  w = max( min(ρ, upper), lower )        truncated importance sampling (TIS; Yao et al. 2025, verl, slime)
 * mask      w = ρ where lower ≤ ρ ≤ upper, else 0  masked importance sampling (MIS; IcePop, arXiv 2510.18855)
 * none      w = 1
 * </pre>
 *
 * <p>Decoupled PPO is {@code truncate} without an upper bound. A token without a recorded log-probability (NaN) has ρ = 1.
 *
 * @param kind treatment of ρ out of bounds
 * @param level whether ρ belongs to a token, or is the product over the tokens of its answer
 * @param lower lower bound of ρ; 0: none
 * @param upper upper bound of ρ; 0: none
 * @param batchNormalise whether the weights are divided by their mean over the batch: over tokens, or over answers with level
 *     {@code sequence}
 */
public record ImportanceCorrection(Kind kind, RatioLevel level, double lower, double upper, boolean batchNormalise) {
    public static final ImportanceCorrection NONE = new ImportanceCorrection(Kind.NONE, RatioLevel.TOKEN, 0, 0, false);

    /** Treatment of weights out of bounds. */
    public enum Kind {
        NONE,
        TRUNCATE,
        MASK
    }

    /**
     * Computes the importance weight of each token.
     *
     * @param clamp largest absolute value of a log ratio, in nats
     * @return double[N][C], weight of each token
     */
    double[][] weights(LossInputs inputs, double clamp) {
        double[][] weights = new double[inputs.answers()][];
        double sum = 0;
        double counted = 0;
        for (int answer = 0; answer < weights.length; answer++) {
            weights[answer] = weights(inputs.proximal()[answer], inputs.behaviour()[answer], clamp);
            boolean oneAnAnswer = level == RatioLevel.SEQUENCE;
            int length = weights[answer].length;
            for (int token = 0; token < (oneAnAnswer ? Math.min(1, length) : length); token++) {
                sum += weights[answer][token];
                counted++;
            }
        }
        if (batchNormalise && sum > 0) {
            for (double[] answer : weights) {
                for (int token = 0; token < answer.length; token++) {
                    answer[token] /= sum / counted;
                }
            }
        }
        return weights;
    }

    private double[] weights(double[] proximal, double[] behaviour, double clamp) {
        double[] logRatios = new double[proximal.length];
        double product = 0;
        for (int token = 0; token < logRatios.length; token++) {
            double logRatio = proximal[token] - behaviour[token];
            logRatios[token] = Double.isNaN(logRatio) ? 0 : logRatio;
            product += logRatios[token];
        }
        double[] weights = new double[logRatios.length];
        for (int token = 0; token < weights.length; token++) {
            weights[token] = weight(level == RatioLevel.SEQUENCE ? product : logRatios[token], clamp);
        }
        return weights;
    }

    private double weight(double logRatio, double clamp) {
        double ratio = Math.exp(Math.max(-clamp, Math.min(clamp, logRatio)));
        double highest = upper > 0 ? upper : Double.POSITIVE_INFINITY;
        return switch (kind) {
            case NONE -> 1;
            case TRUNCATE -> Math.max(lower, Math.min(highest, ratio));
            case MASK -> ratio < lower || ratio > highest ? 0 : ratio;
        };
    }

    void check(Problems problems, Proximal proximal) {
        boolean none = kind == Kind.NONE;
        problems.require(
                        none || proximal != Proximal.BEHAVIOUR,
                        "correction.kind is %s with proximal behaviour: the ratio corrects already, and every weight would be"
                                + " 1; expected none, or proximal current or log-linear",
                        kind == Kind.MASK ? "mask" : "truncate")
                .require(
                        none ? lower == 0 : lower >= 0 && (lower < upper || upper == 0),
                        none
                                ? "correction.lower is %s, but correction.kind is none"
                                : "correction.lower is %s, must be at least 0 and below correction.upper",
                        lower)
                .require(
                        none ? upper == 0 : upper >= 0,
                        none
                                ? "correction.upper is %s, but correction.kind is none"
                                : "correction.upper is %s, must be positive, or 0 for none",
                        upper)
                .require(
                        kind != Kind.MASK || lower > 0 || upper > 0,
                        "correction.kind is mask, but neither correction.lower nor correction.upper bounds anything")
                .require(!none || !batchNormalise, "correction.batch-normalise is true, but correction.kind is none");
    }
}
