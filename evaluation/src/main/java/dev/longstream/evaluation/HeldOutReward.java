package dev.longstream.evaluation;

/** Whose word a held-out answer's reward is. */
public enum HeldOutReward {
    /** The rule's alone. */
    RULE,
    /** The judge's alone. */
    JUDGE,
    /** The larger one (QwenLong-L1, §3.3); the judge is asked only where the rule did not give all. */
    MAX
}
