package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.Objects;

/**
 * SAPO (arXiv 2511.20347), which replaces the clip by a soft gate: ℓ = − A·σ(τ(r − 1))·4/τ, so that dℓ/dr = −A at r =
 * 1.
 *
 * @param ratio whether each token has a ratio of its own or the answer has one
 * @param temperaturePositive τ for A &gt; 0
 * @param temperatureNegative τ for A ≤ 0
 */
public record Sapo(RatioLevel ratio, double temperaturePositive, double temperatureNegative) implements Surrogate {
    public Sapo {
        ratio = Objects.requireNonNullElse(ratio, RatioLevel.TOKEN);
        new Problems("objective.loss")
                .require(temperaturePositive > 0, "temperature-positive is %s, must be above 0", temperaturePositive)
                .require(temperatureNegative > 0, "temperature-negative is %s, must be above 0", temperatureNegative)
                .throwIfAny();
    }

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
