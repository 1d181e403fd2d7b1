package dev.longstream.trainer.objective;

/**
 * CISPO (MiniMax-M1, arXiv 2506.13585): ℓ = − sg( clip(r, low, high) )·A·log π. No token loses its gradient; only its weight
 * is bounded. The bounds are on the ratio itself, as in ScaleRL (arXiv 2510.13786).
 *
 * @param ratioLow 0: none
 * @param ratioHigh 0: none
 */
record Cispo(double ratioLow, double ratioHigh) implements Surrogate {
    @Override
    public TokenTerm of(TokenInputs token) {
        double weight = Math.max(ratioLow, token.ratio());
        return TokenTerm.likelihood(ratioHigh > 0 ? Math.min(ratioHigh, weight) : weight, token);
    }
}
