package dev.longstream.rewards.rules;

import org.jspecify.annotations.Nullable;

/**
 * What a rule found.
 *
 * @param score     1 right, 0 not shown to be right; null: the gold cannot be read, which is an error of the data and never a reward
 * @param extracted what is shown to people and given to the judge; null: nothing was stated
 * @param reason    why, in words, for people
 */
public record RuleVerdict(@Nullable Double score, @Nullable String extracted, String reason) {
    public static RuleVerdict right(String extracted, String reason) {
        return new RuleVerdict(1.0, extracted, reason);
    }

    public static RuleVerdict wrong(String extracted, String reason) {
        return new RuleVerdict(0.0, extracted, reason);
    }

    public static RuleVerdict nothingStated(String reason) {
        return new RuleVerdict(0.0, null, reason);
    }

    public static RuleVerdict unreadableGold(@Nullable String extracted, String reason) {
        return new RuleVerdict(null, extracted, reason);
    }
}
