package dev.longstream.streams.advantage;

/** Divisor of a centred reward c = r − b, and the set of rewards over which it is computed. */
public enum Scale {
    /** No division (Dr.GRPO, arXiv 2503.20783; RLOO). */
    NONE,
    /** The deviation of the group's rewards: c / (σ + ε) (GRPO). */
    GROUP,
    /** The deviation of the rewards of one task in the batch: c / (σ + ε) (QwenLong-L1.5, arXiv 2512.12967). */
    TASK,
    /**
     * The root of the mean variance of a task's groups in the batch: c / (√v + ε), groups counting equally (TMN,
     * GoLongRL, arXiv 2605.19577).
     */
    TASK_GROUP_VARIANCE,
    /**
     * The deviation of all rewards of the batch: c / (σ + ε) (TRL's {@code scale_rewards: batch}; ScaleRL, arXiv
     * 2510.13786).
     */
    BATCH,
    /**
     * Whitening over the tokens of the batch: (c − m) / √(v + ε) with mean m and variance v of c over all tokens, so
     * that a long answer counts more (REINFORCE++ baseline, arXiv 2501.03262).
     */
    WHITEN_OVER_TOKENS;

    /** Returns whether the scale is computed over a batch and not over a single group. */
    public boolean ofBatch() {
        return this != NONE && this != GROUP;
    }
}
