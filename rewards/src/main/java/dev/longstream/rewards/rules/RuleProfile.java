package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/** Whose rules an answer is compared by. */
public enum RuleProfile {
    /** Ours: precise rather than generous; what it cannot settle is a judge's. */
    DEFAULT,
    /**
     * QwenLong-L1 as the paper has it (§2.4): the extracted answer equals the gold. Case, articles and separators are no difference; a
     * number has no tolerance, and a percent sign or a scale word is on both sides or on none.
     */
    PAPER,
    /**
     * QwenLong-L1 as its released code has it (commit 38d0806), mistakes included: containment either way, numbers that differ by a power
     * of ten or in their sign. For comparing with its figures, not for training.
     */
    QWENLONG_L1_COMPAT;

    /** How numbers are compared; null: as the released code does, which has no settings. */
    public @Nullable NumberSettings numbers() {
        return switch (this) {
            case DEFAULT -> NumberSettings.DEFAULT;
            case PAPER -> NumberSettings.EXACT;
            case QWENLONG_L1_COMPAT -> null;
        };
    }
}
