package dev.longstream.policy.training;

/** Weights that weight decay shrinks. */
public enum DecayedWeights {
    /** Weights of two dimensions: projections, embedding and head, but no biases and no scales of norms. */
    MATRICES,
    /** All weights, as in verl and in PyTorch's AdamW without parameter groups. */
    ALL
}
