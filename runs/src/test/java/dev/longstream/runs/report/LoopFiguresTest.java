package dev.longstream.runs.report;

import dev.longstream.record.Step;
import dev.longstream.runs.audit.Steps;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

class LoopFiguresTest {
    private static final List<Step> STEPS = List.of(
            Steps.step(1, 0, "short", 0, 0.2), Steps.step(2, 1, "short", 0, 0.4), Steps.step(3, 2, "long", 1, 0.6));

    @Test
    void shouldCountFromTheEndOfTheFirstStep() {
        // When
        LoopFigures figures = LoopFigures.of(STEPS); // a second apart, 2 groups each
        // Then
        assertThat(figures.steps()).isEqualTo(2);
        assertThat(figures.seconds()).isEqualTo(2);
        assertThat(figures.groupsPerMinute()).isEqualTo(120);
        assertThat(figures.answerTokensPerSecond()).isEqualTo(100);
        assertThat(figures.promptTokensPerSecond()).isEqualTo(180);
        assertThat(figures.trainerShares()).containsOnly(entry("wait", 0.1));
        assertThat(figures.lines().get(0)).contains("120.0 groups per minute");
    }

    @Test
    void shouldHaveNoRatesOfOneStep() {
        assertThat(LoopFigures.of(STEPS.subList(0, 1)).groupsPerMinute()).isCloseTo(0, within(0.0));
    }
}
