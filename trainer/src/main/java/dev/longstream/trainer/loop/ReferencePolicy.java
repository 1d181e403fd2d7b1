package dev.longstream.trainer.loop;

/** Policy that KL is measured against, as a metric and as a penalty. */
public enum ReferencePolicy {
    /** The weights that reinforcement learning begins with, version 0. */
    INITIAL,
    /** The weights at the first batch of the phase. They are kept and loaded again after a restart. */
    PHASE_START
}
