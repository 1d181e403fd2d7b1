package dev.longstream.runs.monitoring;

import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class StandstillTest {
    private static final long SECOND = 1_000_000_000L;

    private final Standstill standstill = new Standstill(Duration.ofSeconds(10));

    @Test
    void shouldReportARoleWithWorkThatMakesNoProgress() {
        // Given
        assertThat(standstill.isStalled(0, 5, true)).isFalse();
        assertThat(standstill.isStalled(9 * SECOND, 5, true)).isFalse();
        // Then
        assertThat(standstill.isStalled(10 * SECOND, 5, true)).isTrue();
        assertThat(standstill.isStalled(11 * SECOND, 6, true)).isFalse();
    }

    @Test
    void shouldNotReportARoleWithoutWork() {
        // Given
        assertThat(standstill.isStalled(0, 5, false)).isFalse();
        // Then
        assertThat(standstill.isStalled(100 * SECOND, 5, false)).isFalse();
        assertThat(standstill.isStalled(109 * SECOND, 5, true)).isFalse();
        assertThat(standstill.isStalled(110 * SECOND, 5, true)).isTrue();
    }
}
