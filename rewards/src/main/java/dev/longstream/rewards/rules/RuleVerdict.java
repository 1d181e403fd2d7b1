package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * Result of comparing one output with its golds.
 *
 * @param score 1 right, 0 not shown to be right; null: the gold cannot be read, which is an error of the data
 * @param extracted the answer found in the output, for people and for the judge; null: none was found
 * @param reason the reason of the score in words, for people
 */
public record RuleVerdict(@Nullable Double score, @Nullable String extracted, String reason) {
    /** Creates a verdict with score 1. */
    public static RuleVerdict right(String extracted, String reason) {
        return new RuleVerdict(1.0, extracted, reason);
    }

    /** Creates a verdict with score 0 on an answer that was found. */
    public static RuleVerdict wrong(String extracted, String reason) {
        return new RuleVerdict(0.0, extracted, reason);
    }

    /** Creates a verdict with score 0 on an output that states no answer. */
    public static RuleVerdict nothingStated(String reason) {
        return new RuleVerdict(0.0, null, reason);
    }

    /** Creates a verdict without a score, for a gold that cannot be read. */
    public static RuleVerdict unreadableGold(@Nullable String extracted, String reason) {
        return new RuleVerdict(null, extracted, reason);
    }
}
