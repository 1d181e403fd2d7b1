package dev.longstream.rewards;

import dev.longstream.record.AnswerKind;
import dev.longstream.record.Question;
import dev.longstream.rewards.HybridReward.SettledRating;
import dev.longstream.rewards.HybridReward.WaitingRating;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class HybridRewardTest {
    @ParameterizedTest
    @CsvSource({"MAX, B, 1", "MAX, A, 0", "JUDGE, B, 1", "JUDGE, A, 0", "MEAN, B, 1", "MIN, A, 0"})
    void shouldLetTheRuleAloneDecideMultipleChoice(RewardPolicy policy, String letter, double reward) {
        HybridReward hybrid = reward(policy);

        assertThat(hybrid.rate(choice(), "The correct answer is (" + letter + ")."))
                .isInstanceOfSatisfying(SettledRating.class, settled -> assertThat(settled.reward())
                        .isEqualTo(reward));
    }

    @Test
    void shouldAskTheJudgeWhereTheRuleIsTooStrict() {
        Question question = Question.newBuilder(choice())
                .setKind(AnswerKind.SHORT_ANSWER)
                .setGolds(List.of("Ghent"))
                .build();

        assertThat(reward(RewardPolicy.MAX).rate(question, "The answer is the Flemish town of Gent."))
                .isInstanceOf(WaitingRating.class);
    }

    private static HybridReward reward(RewardPolicy policy) {
        return HybridReward.of(ScoringConfig.of(policy, 0.5), new AskedJudge("judge", "digest", true));
    }

    private static Question choice() {
        return Question.newBuilder()
                .setPromptId("p")
                .setTask("t")
                .setKind(AnswerKind.MULTIPLE_CHOICE)
                .setQuestion("Which town?")
                .setGolds(List.of("B"))
                .setOptions(Map.of("A", "Bruges", "B", "Ghent"))
                .setInputTokens(3)
                .build();
    }
}
