package dev.longstream.trainer.objective;

/**
 * VESPO, with TRL's constants: ℓ = − sg( φ(w) )·A·log π, φ(w) = e^λ·w^k·e^(−λw), w the product of the answer's ratios, kept
 * in [1e-8, e^20]. k = 2, λ = 3 where A ≥ 0; k = 3, λ = 2 elsewhere. φ(1) = 1, and φ falls on both sides of its summit.
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
