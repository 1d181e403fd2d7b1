package dev.longstream.trainer.objective;

/**
 * GMPO (arXiv 2507.20673): ℓ = − A·exp( mean of the log ratios ), each log ratio first bounded on the side that A dislikes:
 * min(log r, high) where A &gt; 0, max(log r, −low) where A &lt; 0. A geometric mean of ratios, which one token cannot dominate.
 *
 * @param clipLow in nats
 * @param clipHigh in nats
 */
record Gmpo(double clipLow, double clipHigh) implements Surrogate {
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
