package dev.longstream.trainer.objective;

/**
 * Sums over tokens that describe a loss; those of micro-batches add up.
 *
 * @param tokens how many tokens
 * @param clipped tokens whose gradient the clip removed: (A &gt; 0 and r &gt; 1 + high) or (A &lt; 0 and r &lt; 1 − low)
 * @param dualClipped tokens at which the dual clip binds
 * @param ratioSum sum of the importance ratios r = π/μ, after the clamp of the log ratio
 * @param ratioMax the largest of them; 0 where there is no token
 */
public record LossCounts(long tokens, long clipped, long dualClipped, double ratioSum, double ratioMax) {
    public static final LossCounts NONE = new LossCounts(0, 0, 0, 0, 0);

    public LossCounts plus(LossCounts other) {
        return new LossCounts(
                tokens + other.tokens,
                clipped + other.clipped,
                dualClipped + other.dualClipped,
                ratioSum + other.ratioSum,
                Math.max(ratioMax, other.ratioMax));
    }

    /** Clipped tokens over all; 0 where there is none. */
    public double clipFraction() {
        return share(clipped);
    }

    public double dualClipFraction() {
        return share(dualClipped);
    }

    /** Token mean of the importance ratio; 0 where there is no token. */
    public double ratioMean() {
        return share(ratioSum);
    }

    private double share(double sum) {
        return tokens == 0 ? 0 : sum / tokens;
    }
}
