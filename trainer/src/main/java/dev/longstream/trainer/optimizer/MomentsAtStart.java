package dev.longstream.trainer.optimizer;

/** What becomes of AdamW's moments when a phase begins. The learning rate's schedule goes on in either case. */
public enum MomentsAtStart {
    /** The phase goes on with those of the phase before. */
    KEEP,
    /** It begins with none: directions that other inputs asked for are forgotten. */
    RESET
}
