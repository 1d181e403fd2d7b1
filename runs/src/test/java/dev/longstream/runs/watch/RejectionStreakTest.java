package dev.longstream.runs.watch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RejectionStreakTest {
    private final RejectionStreak streak = new RejectionStreak();

    @Test
    void shouldBeginAnewWithEveryStep() {
        streak.rejected(1);
        streak.rejected(2);
        assertThat(streak.length()).isEqualTo(2);

        streak.step(3);
        streak.rejected(4);

        assertThat(streak.length()).isEqualTo(1);
    }

    @Test
    void shouldNotCountWhatIsOlderThanTheNewestStepWhenARunGoesOn() {
        // Given
        // Steps of an earlier process are read first, its rejected groups afterwards.
        streak.step(10);
        streak.step(20);

        // When
        for (int at = 1; at <= 20; at++) {
            streak.rejected(at);
        }
        streak.rejected(21);

        // Then
        assertThat(streak.length()).isEqualTo(1);
    }
}
