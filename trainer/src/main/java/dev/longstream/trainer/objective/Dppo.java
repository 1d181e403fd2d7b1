package dev.longstream.trainer.objective;

/**
 * DPPO, a trust region in place of the ratio clip, as prime-rl and verl state it: p = π(token), q = the proximal policy's
 * probability of it.
 *
 * <pre>
 * ℓ = − A·sg(min(r, cap))·log π   where A &gt; 0 and not (p &gt; q and D &gt; high), or A ≤ 0 and not (p &lt; q and D &gt; low); else 0
 * </pre>
 *
 * @param distance D, between having drawn this token and any other
 * @param clipLow bound where A ≤ 0
 * @param clipHigh bound where A &gt; 0
 * @param ratioHigh cap of the weight; 0: none
 */
record Dppo(Distance distance, double clipLow, double clipHigh, double ratioHigh) implements Surrogate {
    /** Of two distributions over two outcomes. */
    enum Distance {
        /** |p − q|. */
        TOTAL_VARIATION {
            @Override
            double of(double p, double q) {
                return Math.abs(p - q);
            }
        },
        /** KL(q ‖ p) = q log(q/p) + (1 − q) log((1 − q)/(1 − p)). */
        KL {
            @Override
            double of(double p, double q) {
                return q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
            }
        };

        abstract double of(double p, double q);
    }

    @Override
    public TokenTerm of(TokenInputs token) {
        double p = Math.exp(token.current());
        double q = Math.exp(token.proximal());
        double moved = distance.of(p, q);
        boolean dropped = token.advantage() > 0 ? p > q && moved > clipHigh : p < q && moved > clipLow;
        if (dropped) {
            return new TokenTerm(0, 0, 0, true, false);
        }
        return TokenTerm.likelihood(ratioHigh > 0 ? Math.min(ratioHigh, token.ratio()) : token.ratio(), token);
    }
}
