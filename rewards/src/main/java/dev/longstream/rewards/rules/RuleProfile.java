package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/** Set of rules that compares an answer with its golds. */
public enum RuleProfile {
    /** This project's rules: precise rather than generous; a judge decides what they cannot. */
    DEFAULT,
    /**
     * Rules of the QwenLong-L1 paper (§2.4): the extracted answer equals the gold. Case, articles and separators do not
     * matter; a number has no tolerance, and a percent sign or a scale word must be on both sides or on neither.
     */
    PAPER,
    /**
     * Rules of QwenLong-L1's released code (commit 38d0806), mistakes included: containment in either direction, and
     * numbers that differ by a power of ten or in their sign. They serve to compare with its published figures, not to
     * train.
     */
    QWENLONG_L1_COMPAT,
    /**
     * Rules of QwenLong-L1's released evaluation scripts (commit 38d0806). They differ from those of its training: an output
     * without a closed thought is compared as a whole, brackets around a number do not matter, and numbers are equal when
     * they agree rounded up to two decimals. For evaluation only.
     */
    QWENLONG_L1_EVAL;

    /** Returns how numbers are compared; null for the released code's rules, which have no settings. */
    public @Nullable NumberSettings numbers() {
        return switch (this) {
            case DEFAULT -> NumberSettings.DEFAULT;
            case PAPER -> NumberSettings.EXACT;
            case QWENLONG_L1_COMPAT, QWENLONG_L1_EVAL -> null;
        };
    }
}
