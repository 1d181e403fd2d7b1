package dev.longstream.trainer.optimizer;

/** Decay of the learning rate after its warm-up. */
public enum Schedule {
    /** No decay. */
    CONSTANT,
    /** Linear decay to the final share. */
    LINEAR,
    /** Half a cosine down to the final share. */
    COSINE
}
