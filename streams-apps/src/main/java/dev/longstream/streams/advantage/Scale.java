package dev.longstream.streams.advantage;

/** What a reward's distance from its baseline c = r − b is divided by, and over what that is taken: the scope of an advantage. */
public enum Scale {
    /** By nothing (Dr.GRPO, arXiv 2503.20783; RLOO). */
    NONE,
    /** c / (deviation of the group's rewards + ε) (GRPO). */
    GROUP,
    /** c / (deviation of the rewards of the same task in the batch + ε) (QwenLong-L1.5, arXiv 2512.12967). */
    TASK,
    /** c / (√ mean over the task's groups in the batch of their variance + ε): groups count equally (TMN, GoLongRL, arXiv 2605.19577). */
    TASK_GROUP_VARIANCE,
    /** c / (deviation of all rewards of the batch + ε) (TRL's {@code scale_rewards: batch}; ScaleRL, arXiv 2510.13786). */
    BATCH,
    /**
     * (c − m) / √(v + ε), m and v the mean and the variance of c over all tokens of the batch, so that a long answer counts
     * for more (REINFORCE++ baseline, arXiv 2501.03262).
     */
    WHITEN_OVER_TOKENS;

    /** Whether the batch has to be known. */
    public boolean ofBatch() {
        return this != NONE && this != GROUP;
    }
}
