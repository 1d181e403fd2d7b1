package dev.longstream.streams.advantage;

/** Value b that a reward is compared with in its group. */
public enum Baseline {
    /** The mean of the group (GRPO, DeepSeekMath, arXiv 2402.03300). */
    GROUP_MEAN,
    /** The mean of the other rewards: b_i = (Σ r − r_i) / (n − 1) (RLOO, arXiv 2402.14740). */
    LEAVE_ONE_OUT,
    /** The mean weighted by length: Σ l·r / Σ l over the group, l the tokens of an answer (OPO, arXiv 2505.23585). */
    LENGTH_WEIGHTED_MEAN
}
