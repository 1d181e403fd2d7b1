package dev.longstream.rewards;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.rules.RuleVerdict;

import java.util.Map;
import java.util.Objects;

/** Scores an answer by the rule for the question's kind of answer. */
public final class RuleOnly implements Reward {
    /** Name of this reward and of its component in a score. */
    public static final String NAME = "rule";

    private final ScoringConfig config;

    RuleOnly(ScoringConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RewardComponent of(Question question, String text) {
        if (question.getKind() == AnswerKind.UNKNOWN) {
            return unreadable("kind is UNKNOWN: a newer version of this program wrote the question");
        }
        if (question.getGolds().isEmpty()) {
            return unreadable("golds is empty, must name at least one accepted answer");
        }
        RuleVerdict verdict = config.rules()
                .of(question.getKind())
                .score(
                        text,
                        question.getGolds(),
                        Objects.requireNonNullElse(question.getOptions(), Map.of()),
                        config.thinkingExpected());
        return RewardComponent.newBuilder()
                .setName(NAME)
                .setValue(verdict.score())
                .setExtracted(Excerpt.ofNullable(verdict.extracted()))
                .setReason(Excerpt.of(verdict.reason()))
                .build();
    }

    private static RewardComponent unreadable(String reason) {
        return RewardComponent.newBuilder()
                .setName(NAME)
                .setReason(Excerpt.of(reason))
                .build();
    }
}
