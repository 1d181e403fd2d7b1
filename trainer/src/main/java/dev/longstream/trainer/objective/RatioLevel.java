package dev.longstream.trainer.objective;

/** Of what the importance ratio is. */
public enum RatioLevel {
    /** r = exp( log π − log π_prox ), of every token. */
    TOKEN,
    /** s = exp( mean over the answer's tokens of log π − log π_prox ), one for the answer; ∂ log s / ∂ log π(t) = 1 / tokens (GSPO). */
    SEQUENCE
}
