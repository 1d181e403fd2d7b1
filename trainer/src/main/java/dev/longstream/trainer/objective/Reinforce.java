package dev.longstream.trainer.objective;

/** Williams 1992: ℓ = − A·log π. Knows no ratio: an importance correction is what makes it right off policy. */
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
