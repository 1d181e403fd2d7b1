package dev.longstream.streams;

import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class FailureBudgetTest {
    @Test
    void shouldAllowAnyNumberOfFailuresWhenTheyLieFarApart() {
        // Given
        FailureBudget budget = new FailureBudget(2, Duration.ofHours(1));
        // Then
        for (int day = 0; day < 100; day++) {
            assertThat(budget.spend(Duration.ofDays(day).toNanos())).isTrue();
        }
    }

    @Test
    void shouldRefuseMoreFailuresThanTheBudgetWithinItsTime() {
        // Given
        FailureBudget budget = new FailureBudget(2, Duration.ofHours(1));
        // When
        boolean first = budget.spend(Duration.ofMinutes(1).toNanos());
        boolean second = budget.spend(Duration.ofMinutes(2).toNanos());
        boolean third = budget.spend(Duration.ofMinutes(3).toNanos());
        boolean later = budget.spend(Duration.ofMinutes(63).toNanos());
        // Then
        assertThat(first && second).isTrue();
        assertThat(third).isFalse();
        assertThat(later).isTrue();
    }
}
