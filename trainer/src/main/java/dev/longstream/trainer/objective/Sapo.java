package dev.longstream.trainer.objective;

/**
 * SAPO (arXiv 2511.20347), a soft gate in place of the clip: ℓ = − A·σ(τ(r − 1))·4/τ, so that dℓ/dr = −A at r = 1. A = 0
 * takes the negative temperature.
 *
 * @param temperaturePositive τ where A &gt; 0
 * @param temperatureNegative τ elsewhere
 */
record Sapo(double temperaturePositive, double temperatureNegative) implements Surrogate {
    @Override
    public TokenTerm of(TokenInputs token) {
        double temperature = token.advantage() > 0 ? temperaturePositive : temperatureNegative;
        double ratio = token.ratio();
        double gate = 1 / (1 + Math.exp(-temperature * (ratio - 1)));
        return new TokenTerm(
                -token.advantage() * gate * 4 / temperature,
                -token.advantage() * gate * (1 - gate) * 4 * ratio,
                0,
                false,
                false);
    }
}
