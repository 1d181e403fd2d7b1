package dev.longstream.trainer.objective;

/**
 * REINFORCE (Williams 1992): ℓ = − A·log π. It uses no importance ratio, so off-policy data need an {@link
 * ImportanceCorrection}.
 */
public record Reinforce() implements Surrogate {
    @Override
    public RatioLevel ratio() {
        return RatioLevel.TOKEN;
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        return TokenTerm.likelihood(1, token);
    }
}
