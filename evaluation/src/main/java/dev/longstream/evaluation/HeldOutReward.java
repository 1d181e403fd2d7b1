package dev.longstream.evaluation;

/** Scorer that decides the reward of a held-out answer. */
public enum HeldOutReward {
    /** The reward is the rule's. */
    RULE,
    /** The reward is the judge's. */
    JUDGE,
    /** The reward is the larger one (QwenLong-L1, §3.3); the judge scores only answers below the rule's full reward. */
    MAX
}
