package dev.longstream.streams.scoring.reward;

import dev.longstream.record.AnswerKind;

/** The rule of each kind of answer. */
public final class RuleRewards {
    private RuleRewards() {}

    /**
     * The rule that compares answers of this kind. Free text is scored by the short-answer rule, which pays only when the gold is said
     * almost literally.
     *
     * @throws IllegalArgumentException for {@link AnswerKind#UNKNOWN}, which is a record of a newer version of this software
     */
    public static RuleReward of(AnswerKind kind) {
        return switch (kind) {
            case MULTIPLE_CHOICE -> new ChoiceRule();
            case NUMBER -> new NumberRule();
            case SHORT_ANSWER, FREE_TEXT -> new ShortAnswerRule();
            case MATH_BOXED -> new BoxedRule();
            case UNKNOWN ->
                throw new IllegalArgumentException(
                        "no rule for answers of kind UNKNOWN: expected MULTIPLE_CHOICE, NUMBER,"
                                + " SHORT_ANSWER, MATH_BOXED or FREE_TEXT");
        };
    }
}
