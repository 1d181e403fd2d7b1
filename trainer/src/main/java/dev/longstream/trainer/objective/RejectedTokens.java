package dev.longstream.trainer.objective;

/** Treatment of tokens that a {@link Rejection} leaves out in the denominator of the loss. */
public enum RejectedTokens {
    /** Rejected tokens count in the denominator (AReaL, TRL): the remaining tokens keep their weight. */
    STAY_IN_DENOMINATOR,
    /**
     * Rejected tokens do not count (verl): the remaining tokens get more weight. All tokens must be tested first, which
     * costs an additional forward pass.
     */
    LEAVE_DENOMINATOR
}
