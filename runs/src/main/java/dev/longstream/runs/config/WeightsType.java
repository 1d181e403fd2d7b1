package dev.longstream.runs.config;

/** Number format of the weights that rollouts and evaluation read. */
public enum WeightsType {
    /** Stores the weights as they are trained, 4 bytes each. */
    FLOAT32,
    /** Stores rounded weights, 2 bytes each. */
    BFLOAT16
}
