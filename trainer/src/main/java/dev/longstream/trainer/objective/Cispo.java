package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585): ℓ = − sg( clip(r, low, high) )·A·log π. Every token keeps its gradient; only
 * the weight is bounded. The bounds apply to the ratio itself, as in ScaleRL (arXiv 2510.13786).
 *
 * @param ratioLow lower bound of the weight; 0: none
 * @param ratioHigh upper bound of the weight; 0: none
 */
public record Cispo(double ratioLow, double ratioHigh) implements Surrogate {
    /** ScaleRL's upper bound of 5, without a lower bound. */
    public static final Cispo DEFAULT = new Cispo(0, 5);

    public Cispo {
        new Problems("objective.loss")
                .require(ratioLow >= 0, "ratio-low is %s, must be positive, or 0 for none", ratioLow)
                .require(
                        ratioHigh == 0 || ratioHigh > Math.max(1, ratioLow),
                        "ratio-high is %s, must be above 1 and ratio-low, or 0 for none",
                        ratioHigh)
                .throwIfAny();
    }

    @Override
    public RatioLevel ratio() {
        return RatioLevel.TOKEN;
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        double weight = Math.max(ratioLow, token.ratio());
        return TokenTerm.likelihood(ratioHigh > 0 ? Math.min(ratioHigh, weight) : weight, token);
    }
}
