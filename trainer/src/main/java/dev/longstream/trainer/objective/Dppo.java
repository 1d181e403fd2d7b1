package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

/**
 * DPPO, which replaces the ratio clip by a trust region, in the form of prime-rl and verl. p = π(token), and q is the
 * probability of the token under the proximal policy.
 *
 * <pre>
 * ℓ = − A·sg(min(r, cap))·log π   where A &gt; 0 and not (p &gt; q and D &gt; high), or A ≤ 0 and not (p &lt; q and D &gt; low); else 0
 * </pre>
 *
 * <p>D is a distance between two distributions over two outcomes: this token, or any other.
 */
public sealed interface Dppo extends Surrogate permits DppoTv, DppoKl {
    /** Returns the upper bound of D for A ≤ 0. */
    double clipLow();

    /** Returns the upper bound of D for A &gt; 0. */
    double clipHigh();

    /** Returns the upper bound of the weight r; 0: none. */
    double ratioHigh();

    /** Computes the distance D of two policies from their probabilities p and q of a token. */
    double distance(double p, double q);

    @Override
    default RatioLevel ratio() {
        return RatioLevel.TOKEN;
    }

    @Override
    default TokenTerm of(TokenInputs token) {
        double p = Math.exp(token.current());
        double q = Math.exp(token.proximal());
        double distance = distance(p, q);
        boolean dropped = token.advantage() > 0 ? p > q && distance > clipHigh() : p < q && distance > clipLow();
        if (dropped) {
            return new TokenTerm(0, 0, 0, true, false);
        }
        return TokenTerm.likelihood(ratioHigh() > 0 ? Math.min(ratioHigh(), token.ratio()) : token.ratio(), token);
    }

    /**
     * Checks the bounds of a divergence mask.
     *
     * @throws dev.longstream.config.ConfigurationException with every bound that is out of range
     */
    static void check(double clipLow, double clipHigh, double ratioHigh) {
        new Problems("objective.loss")
                .require(clipLow > 0 && clipLow < 1, "clip-low is %s, must be above 0 and below 1", clipLow)
                .require(clipHigh > 0, "clip-high is %s, must be above 0", clipHigh)
                .require(ratioHigh == 0 || ratioHigh > 1, "ratio-high is %s, must be above 1, or 0 for none", ratioHigh)
                .throwIfAny();
    }
}
