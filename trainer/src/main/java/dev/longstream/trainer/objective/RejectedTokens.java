package dev.longstream.trainer.objective;

/** Whether tokens that a {@link Rejection} leaves out still count where a loss is divided. */
public enum RejectedTokens {
    /** They do (AReaL, TRL): what is left weighs what it did. */
    STAY_IN_DENOMINATOR,
    /** They do not (verl): what is left weighs more. Costs a forward pass more, since all have to be judged first. */
    LEAVE_DENOMINATOR
}
