package dev.longstream.runs.watch;

import dev.longstream.record.Step;
import dev.longstream.runs.audit.Steps;
import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class StepSummaryTest {
    @Test
    void shouldSayPhaseRewardRateAndTimeLeft() {
        StepSummary summary = new StepSummary(62);
        summary.add(Steps.step(1, 0, "short", 0, 0.25));
        summary.add(Steps.step(2, 1, "short", 0, 0.75));

        assertThat(summary.version()).isEqualTo(2);
        assertThat(summary.words())
                .isEqualTo("short  reward 0.50  answers 12 tokens  staleness 1.0  1.00 s a step, 1:00 left");
    }

    @Test
    void shouldLeaveTheTimeInWhichTheRunWasStoppedOutOfItsRate() {
        // Given
        StepSummary summary = new StepSummary(66);
        for (long version = 1; version <= 5; version++) {
            summary.add(Steps.step(version, version - 1));
        }
        Step resumed = Steps.step(6, 5);
        resumed.setFinishedAt(Instant.ofEpochSecond(3_600));

        // When
        summary.add(resumed);

        // Then
        assertThat(summary.words()).endsWith("1.00 s a step, 1:00 left");
    }
}
