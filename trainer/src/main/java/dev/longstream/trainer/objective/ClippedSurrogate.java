package dev.longstream.trainer.objective;

/**
 * PPO's clipped surrogate, as GRPO and DAPO use it, with the ratio to the behaviour policy.
 *
 * <pre>
 * r_t    = exp( log π(t) − log μ(t) )
 * ℓ_t    = − min( r_t·A , clip(r_t, 1 − low, 1 + high)·A )
 * ℓ_t    = min( ℓ_t , −c·A )   where A &lt; 0              (dual clip, Ye et al. 2020)
 * loss   = Σ_t weight_t · ℓ_t                              (see {@link Aggregation})
 * ∂loss/∂log π(t) = − weight_t · A · r_t  where neither clip holds, else 0
 * </pre>
 *
 * <p>The log ratio is clamped before the exponential, without a gradient beyond: otherwise exp overflows, and the gradient
 * is NaN even where the clip holds the loss.
 *
 * @param clipLow the ratio counts down to 1 − clipLow
 * @param clipHigh the ratio counts up to 1 + clipHigh; above clipLow it is DAPO's clip-higher
 * @param dualClip c: where A &lt; 0 a token's loss is at most −c·A; 0 switches it off
 * @param aggregation how tokens become one number
 * @param logRatioClamp largest absolute value of the log ratio
 */
public record ClippedSurrogate(
        double clipLow, double clipHigh, double dualClip, Aggregation aggregation, double logRatioClamp)
        implements Objective {
    /** The clamp that is recommended: e^20 is far beyond every clip and far below overflow. */
    public static final double LOG_RATIO_CLAMP = 20;

    public ClippedSurrogate(double clipLow, double clipHigh, double dualClip, Aggregation aggregation) {
        this(clipLow, clipHigh, dualClip, aggregation, LOG_RATIO_CLAMP);
    }

    @Override
    public Loss evaluate(LossInputs inputs) {
        double[][] gradient = new double[inputs.current().length][];
        double value = 0;
        LossCounts counts = LossCounts.NONE;
        for (int answer = 0; answer < gradient.length; answer++) {
            double[] current = inputs.current()[answer]; // (C)
            double[] behaviour = inputs.behaviour()[answer]; // (C)
            double weight = aggregation.weight(current.length, inputs.batchTokens(), inputs.batchAnswers());
            gradient[answer] = new double[current.length];
            for (int token = 0; token < current.length; token++) {
                TokenLoss loss = token(current[token] - behaviour[token], inputs.advantages()[answer][token]);
                value += weight * loss.value;
                gradient[answer][token] = weight * loss.slope;
                counts = counts.plus(loss.counts());
            }
        }
        return new Loss(value, gradient, counts);
    }

    private TokenLoss token(double logRatio, double advantage) {
        boolean beyondClamp = Math.abs(logRatio) > logRatioClamp;
        double ratio = Math.exp(Math.max(-logRatioClamp, Math.min(logRatioClamp, logRatio)));
        double bounded = Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio));
        boolean clipped = bounded * advantage < ratio * advantage;
        double value = clipped ? -bounded * advantage : -ratio * advantage;
        boolean dualClipped = dualClip > 0 && advantage < 0 && value > -dualClip * advantage;
        double slope = clipped || dualClipped || beyondClamp ? 0 : -ratio * advantage;
        return new TokenLoss(dualClipped ? -dualClip * advantage : value, slope, ratio, clipped, dualClipped);
    }

    /** @param slope d value / d log π(t) */
    private record TokenLoss(double value, double slope, double ratio, boolean clipped, boolean dualClipped) {
        LossCounts counts() {
            return new LossCounts(1, clipped ? 1 : 0, dualClipped ? 1 : 0, ratio, ratio);
        }
    }
}
