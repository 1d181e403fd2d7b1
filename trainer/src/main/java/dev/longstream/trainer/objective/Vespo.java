package dev.longstream.trainer.objective;

/**
 * VESPO with the constants of TRL: ℓ = − sg( φ(w) )·A·log π with φ(w) = e^λ·w^k·e^(−λw). w is the product of the
 * answer's ratios, bounded to [1e-8, e^20]; k = 2 and λ = 3 for A ≥ 0, else k = 3 and λ = 2. φ(1) = 1, and φ has one
 * maximum.
 */
public record Vespo() implements Surrogate {
    private static final double LOWEST = Math.log(1e-8);
    private static final double HIGHEST = 20;

    @Override
    public RatioLevel ratio() {
        return RatioLevel.SEQUENCE;
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        double k = token.advantage() >= 0 ? 2 : 3;
        double lambda = token.advantage() >= 0 ? 3 : 2;
        double logW = Math.max(LOWEST, Math.min(HIGHEST, token.logRatio() * token.answerTokens()));
        return TokenTerm.likelihood(Math.exp(lambda + k * logW - lambda * Math.exp(logW)), token);
    }
}
