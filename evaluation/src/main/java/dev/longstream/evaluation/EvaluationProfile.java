package dev.longstream.evaluation;

/** Rules that compare held-out answers with the golds. */
public enum EvaluationProfile {
    /** The run's own rules, {@code scoring}. */
    OWN,
    /** Those of QwenLong-L1's evaluation scripts; with {@code evaluation.reward: max}, the paper's metric (§3.3). */
    QWENLONG_L1
}
