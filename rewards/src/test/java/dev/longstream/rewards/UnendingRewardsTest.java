package dev.longstream.rewards;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Question;
import dev.longstream.record.RewardComponent;
import dev.longstream.rewards.HybridReward.FailedRating;
import dev.longstream.rewards.HybridReward.Rating;
import dev.longstream.rewards.rules.CitationSettings;
import dev.longstream.rewards.rules.ComponentSettings;
import dev.longstream.rewards.rules.FormatSettings;
import dev.longstream.rewards.rules.LengthSettings;
import dev.longstream.rewards.rules.NumberSettings;
import dev.longstream.rewards.rules.RuleProfile;
import dev.longstream.rewards.rules.SetMeasure;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;

/** Patterns and plug-ins that do not end, or go too deep, on some answer. */
class UnendingRewardsTest {
    private static final Question QUESTION = Question.newBuilder()
            .setPromptId("p1")
            .setTask("test")
            .setKind(AnswerKind.SHORT_ANSWER)
            .setQuestion("Which town?")
            .setGolds(List.of("Ghent"))
            .setInputTokens(1)
            .build();

    @Test
    void shouldFailTheAnswerWhenAPatternDoesNotEnd() {
        // Given
        HybridReward reward = reward("x*x*x*x*x*x*x*y");
        // When
        Rating rating = reward.rate(QUESTION, "The answer is Ghent. " + "x".repeat(60), 1);
        // Then
        assertThat(rating).isInstanceOfSatisfying(FailedRating.class, failed -> assertThat(failed.problem())
                .contains("a pattern of scoring.components failed", "had not ended"));
        assertThat(rating.settledReward()).isNull();
        assertThat(reward.rate(QUESTION, "The answer is Ghent. xxxy", 1).settledReward())
                .isEqualTo(1.5);
    }

    @Test
    void shouldFailTheAnswerWhenAPatternGoesTooDeep() {
        // When
        Rating rating = reward("(x|y)*z").rate(QUESTION, "The answer is Ghent. " + "xy".repeat(500_000), 1);
        // Then
        assertThat(rating).isInstanceOfSatisfying(FailedRating.class, failed -> assertThat(failed.problem())
                .contains("too deep"));
    }

    @Test
    void shouldGoOnWithTheNextAnswerWhenAPlugInDoesNotEnd() {
        // Given
        CountDownLatch never = new CountDownLatch(1);
        PlugInReward reward = new PlugInReward(new PlugIns(never), 50);
        // When
        RewardComponent unending = reward.of(QUESTION, "wait");
        RewardComponent deep = new PlugInReward(new PlugIns(never)).of(QUESTION, "recurse");
        RewardComponent after = new PlugInReward(new PlugIns(never)).of(QUESTION, "fine");
        // Then
        assertThat(unending.getValue()).isNull();
        assertThat(unending.getReason()).contains("did not end within");
        assertThat(deep.getValue()).isNull();
        assertThat(deep.getReason()).contains("StackOverflowError");
        assertThat(after.getValue()).isEqualTo(1.0);
        never.countDown();
    }

    /** Waits for ever, calls itself for ever, or pays 1. */
    private record PlugIns(CountDownLatch never) implements Reward {
        @Override
        public String name() {
            return "unending";
        }

        @Override
        public RewardComponent of(Question question, String text) {
            if (text.equals("wait")) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return text.equals("recurse")
                    ? of(question, text)
                    : RewardComponent.newBuilder()
                            .setName(name())
                            .setValue(1.0)
                            .setReason("")
                            .build();
        }
    }

    private static HybridReward reward(String format) {
        ComponentSettings components = new ComponentSettings(
                new FormatSettings(format, 0.5), new CitationSettings(null, 1, 0, 0), new LengthSettings(0, 0, 0));
        ScoringConfig config = new ScoringConfig(
                false,
                RuleProfile.DEFAULT,
                NumberSettings.DEFAULT,
                null,
                RewardPolicy.RULE,
                0.5,
                components,
                SetMeasure.EXACT);
        return HybridReward.of(config, null);
    }
}
