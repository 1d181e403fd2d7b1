package dev.longstream.trainer.optimizer;

/** How the learning rate goes down after its warm-up. */
public enum Schedule {
    /** It does not. */
    CONSTANT,
    /** In a straight line to the final share. */
    LINEAR,
    /** Along half a cosine to the final share. */
    COSINE
}
