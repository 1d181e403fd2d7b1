package dev.longstream.runs.config;

/** Engines that compute gradients and optimizer steps for the trainer. */
public enum LearnerKind {
    /** The engine in the trainer's own process. */
    EMBEDDED,
    /** A learner in PyTorch, which the user starts with {@code torchrun -m longstream_torch}. */
    TORCH
}
