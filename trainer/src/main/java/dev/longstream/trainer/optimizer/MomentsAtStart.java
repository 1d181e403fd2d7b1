package dev.longstream.trainer.optimizer;

/** Treatment of AdamW's moments when a phase begins. The learning rate's schedule continues in either case. */
public enum MomentsAtStart {
    /** The phase continues with the moments of the previous phase. */
    KEEP,
    /**
     * The phase begins with moments of zero, because they come from inputs of another length, and the learning rate rises again
     * over {@code warm-up-steps}: the first updates of AdamW without moments are as large as the learning rate.
     */
    RESET
}
