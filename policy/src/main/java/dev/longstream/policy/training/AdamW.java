package dev.longstream.policy.training;

/**
 * Settings of the optimizer AdamW (Loshchilov and Hutter 2019). In step t, with gradient g and learning rate η,
 *
 * <pre>
 * w ← w · (1 − η · weightDecay)
 * m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 * w ← w − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * @param beta1       β₁, share of the old first moment
 * @param beta2       β₂, share of the old second moment
 * @param epsilon     ε
 * @param weightDecay share of a weight that a step at learning rate 1 removes
 * @param decayed     weights that decay; the others have a weight decay of 0
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, DecayedWeights decayed) {
    /** Usual settings for fine-tuning language models, without decay. */
    public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 0, DecayedWeights.MATRICES);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public AdamW {
        requireShare("beta1", beta1);
        requireShare("beta2", beta2);
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon is " + epsilon + ", must be positive");
        }
        if (!(weightDecay >= 0)) {
            throw new IllegalArgumentException("weight-decay is " + weightDecay + ", must not be negative");
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least 0 and less than 1");
        }
    }
}
