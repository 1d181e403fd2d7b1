package dev.longstream.runs.preparation;

import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.Turn;
import dev.longstream.questions.WrittenDemonstration;
import dev.longstream.record.AnswerKind;
import dev.longstream.rewards.ScoringConfig;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class DemonstrationCheckTest {
    private static final ImportedPrompt PROMPT = new ImportedPrompt(
            "a", "set", AnswerKind.SHORT_ANSWER, "Where?", List.of("Ghent"), Map.of(), List.of(), Map.of(), "file:1");

    @Test
    void shouldRefuseAFormThatTheRunsOwnRuleDoesNotPay() {
        // Given
        DemonstrationCheck check = new DemonstrationCheck(ScoringConfig.DEFAULT.withThinkingExpected(true));

        // Then
        assertThat(check.refusal(PROMPT, "The answer is Ghent.")).hasValueSatisfying(reason -> assertThat(reason)
                .contains("file:1", "'The answer is Ghent.'", "a reward of 0.0 by the run's own rule"));
        assertThat(check.allRefused()).isPresent();
        assertThat(check.refusal(PROMPT, "It says so. </think> The answer is Ghent."))
                .isEmpty();
        assertThat(check.allRefused()).isEmpty();
    }

    @Test
    void shouldRefuseAWrongAnswer() {
        assertThat(new DemonstrationCheck(ScoringConfig.DEFAULT).refusal(PROMPT, "The answer is Bruges."))
                .isPresent();
    }

    @Test
    void shouldRefuseAWrittenDemonstrationThatNeverEndsItsThought() {
        WrittenDemonstration written =
                new WrittenDemonstration(List.of(new Turn("user", "Where?")), "In Ghent.", "written:3");

        assertThat(new DemonstrationCheck(ScoringConfig.DEFAULT.withThinkingExpected(true)).refusal(written))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("written:3", "</think>", "scoring.thinking-expected"));
        assertThat(new DemonstrationCheck(ScoringConfig.DEFAULT).refusal(written))
                .isEmpty();
    }
}
