package dev.longstream.rewards.rules;

import dev.longstream.record.AnswerKind;
import org.jspecify.annotations.Nullable;

/**
 * Maps each kind of answer to its rule.
 *
 * @param profile which set of rules
 * @param numbers how numbers are compared; null for the released code's rules, which have no settings
 * @param sets measure of answers that are sets
 */
public record RuleRewards(RuleProfile profile, @Nullable NumberSettings numbers, SetMeasure sets) {
    /** This project's rules with their default settings. */
    public static final RuleRewards DEFAULT = of(RuleProfile.DEFAULT);

    /** Returns the rules of a profile with its default number settings. */
    public static RuleRewards of(RuleProfile profile) {
        return new RuleRewards(profile, profile.numbers(), SetMeasure.EXACT);
    }

    /**
     * Returns the rule for a kind of answer. Free text is scored by the short-answer rule, which accepts only an answer
     * that states the gold almost literally.
     *
     * @throws IllegalArgumentException for {@link AnswerKind#UNKNOWN}, which only a newer version of this software
     *     writes
     */
    public RuleReward of(AnswerKind kind) {
        return numbers == null ? released(kind, profile == RuleProfile.QWENLONG_L1_EVAL) : ours(kind, numbers);
    }

    private RuleReward ours(AnswerKind kind, NumberSettings settings) {
        return switch (kind) {
            case MULTIPLE_CHOICE -> new ChoiceRule();
            case NUMBER -> new NumberRule(settings);
            case SHORT_ANSWER, FREE_TEXT -> new ShortAnswerRule(profile == RuleProfile.PAPER);
            case MATH_BOXED -> new BoxedRule();
            case ANSWER_SET -> new SetRule(sets, settings);
            case UNKNOWN -> throw unknown();
        };
    }

    private static RuleReward released(AnswerKind kind, boolean evaluation) {
        return switch (kind) {
            case MULTIPLE_CHOICE -> new ReleasedChoiceRule(evaluation);
            case NUMBER -> new ReleasedNumberRule(evaluation);
            case SHORT_ANSWER, FREE_TEXT -> new ReleasedWordsRule(evaluation);
            case MATH_BOXED -> none("boxed mathematics");
            case ANSWER_SET -> none("sets of answers");
            case UNKNOWN -> throw unknown();
        };
    }

    private static RuleReward none(String kind) {
        return (output, golds, options, thinkingExpected) ->
                RuleVerdict.unreadableGold(null, "the released code has no rule for " + kind);
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException("no rule for answers of kind UNKNOWN: expected MULTIPLE_CHOICE, NUMBER,"
                + " SHORT_ANSWER, MATH_BOXED, FREE_TEXT or ANSWER_SET");
    }
}
