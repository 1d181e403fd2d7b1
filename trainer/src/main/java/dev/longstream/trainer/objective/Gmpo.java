package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * GMPO (arXiv 2507.20673): ℓ = − A·exp( mean of the log ratios ), each log ratio first bounded on the side that A dislikes:
 * min(log r, high) where A &gt; 0, max(log r, −low) where A &lt; 0. A geometric mean of ratios, which one token cannot dominate.
 *
 * @param clipLow lower bound of a log ratio is −clipLow, in nats
 * @param clipHigh upper bound of a log ratio, in nats
 */
public record Gmpo(double clipLow, double clipHigh) implements Surrogate {
    public Gmpo {
        new Problems("objective.loss")
                .require(clipLow > 0, "clip-low is %s, must be above 0", clipLow)
                .require(clipHigh > 0, "clip-high is %s, must be above 0", clipHigh)
                .throwIfAny();
    }

    @Override
    public RatioLevel ratio() {
        return RatioLevel.SEQUENCE;
    }

    @Override
    public double bounded(double logRatio, double advantage) {
        return advantage > 0 ? Math.min(logRatio, clipHigh) : advantage < 0 ? Math.max(logRatio, -clipLow) : 0;
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        double value = -token.advantage() * token.ratio();
        return new TokenTerm(value, value, 0, false, false);
    }
}
