package dev.longstream.trainer.objective;

/** Unit that has an importance ratio: each token, or each answer. */
public enum RatioLevel {
    /** Each token has a ratio, r = exp( log π − log π_prox ). */
    TOKEN,
    /**
     * Each answer has one ratio, s = exp( mean over its tokens of log π − log π_prox ); ∂ log s / ∂ log π(t) = 1 /
     * tokens (GSPO).
     */
    SEQUENCE
}
