package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * GMPO (arXiv 2507.20673): ℓ = − A·exp( mean of the log ratios ). Each log ratio is first bounded: min(log r, high) for
 * A &gt; 0, max(log r, −low) for A &lt; 0. The loss uses a geometric mean of ratios, so that a single token cannot
 * dominate it.
 *
 * @param clipLow the lower bound of a log ratio is −clipLow, in nats
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
