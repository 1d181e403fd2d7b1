package dev.longstream.trainer.objective;

import dev.longstream.config.Problems;

import java.util.Arrays;

/**
 * Use of the policy's entropy H at a token in the loss. A bonus changes the loss: loss −= coefficient · aggregate(H). A
 * mask restricts the policy loss to the tokens of the highest entropy ("Beyond the 80/20 rule", arXiv 2506.01939).
 *
 * @param coefficient coefficient of the bonus; 0: none
 * @param sameAsLoss whether the bonus is aggregated like the loss (verl); otherwise it is a mean over tokens (TRL)
 * @param topShare fraction of the batch's tokens, those of the highest entropy, that have a policy loss; 1: all.
 *     Denominators do not change
 */
public record EntropyTerm(double coefficient, boolean sameAsLoss, double topShare) {
    public static final EntropyTerm NONE = new EntropyTerm(0, false, 1);

    boolean present() {
        return coefficient > 0;
    }

    /**
     * Computes the lowest entropy that is trained: the (1 − topShare) quantile over kept tokens, interpolated linearly.
     *
     * @return entropy in nats; negative infinity if all tokens are trained
     */
    double threshold(double[][] entropies, boolean[][] kept) {
        return topShare < 1 ? Quantile.of(entropies, kept, 1 - topShare) : Double.NEGATIVE_INFINITY;
    }

    /** Computes quantiles of ragged arrays. */
    static final class Quantile {
        private Quantile() {}

        static double of(double[][] values, boolean[][] counted, double share) {
            double[] sorted =
                    new double[Arrays.stream(values).mapToInt(row -> row.length).sum()];
            int size = 0;
            for (int row = 0; row < values.length; row++) {
                for (int i = 0; i < values[row].length; i++) {
                    if (counted[row][i]) {
                        sorted[size++] = values[row][i];
                    }
                }
            }
            if (size == 0) {
                return Double.NEGATIVE_INFINITY;
            }
            Arrays.sort(sorted, 0, size);
            // Rounded, so that a share whose place is a whole number does not land beside it.
            double place = Math.round(share * (size - 1) * 1e9) / 1e9;
            int below = (int) place;
            double above = below + 1 < size ? sorted[below + 1] : sorted[below];
            return sorted[below] + (place - below) * (above - sorted[below]);
        }
    }

    void check(Problems problems) {
        problems.require(
                        coefficient >= 0,
                        "entropy.coefficient is %s, must not be negative; 0 switches it off",
                        coefficient)
                .require(
                        topShare > 0 && topShare <= 1, "entropy.top-share is %s, must be in (0, 1]; 1 is all", topShare)
                .require(
                        !sameAsLoss || present(),
                        "entropy.same-as-loss is true, but entropy.coefficient is %s",
                        coefficient);
    }
}
