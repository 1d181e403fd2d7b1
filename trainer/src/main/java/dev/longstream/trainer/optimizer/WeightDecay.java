package dev.longstream.trainer.optimizer;

import dev.longstream.policy.training.DecayedWeights;

import java.util.Objects;

/**
 * Decoupled weight decay.
 *
 * @param weightDecay coefficient of decoupled weight decay; 0: none
 * @param weightDecayOn weights that decay: matrices, or all (as in verl)
 */
public record WeightDecay(double weightDecay, DecayedWeights weightDecayOn) {
    /** No weight decays. */
    public static final WeightDecay NONE = ofMatrices(0);

    public WeightDecay {
        weightDecayOn = Objects.requireNonNullElse(weightDecayOn, DecayedWeights.MATRICES);
    }

    /** Returns the decay of matrices alone. */
    public static WeightDecay ofMatrices(double coefficient) {
        return new WeightDecay(coefficient, DecayedWeights.MATRICES);
    }
}
