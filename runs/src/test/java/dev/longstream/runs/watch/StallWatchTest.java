package dev.longstream.runs.watch;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class StallWatchTest {
    private static final Map<String, Long> SAME = Map.of("a", 1L);

    @Test
    void shouldNoticeAStallOnlyWhenNothingMovesForLongEnough() {
        // Given
        StallWatch watch = new StallWatch(Duration.ofSeconds(10));
        // Then
        assertThat(watch.stalled(seconds(0), Map.of("a", 1L, "b", 1L))).isFalse();
        assertThat(watch.stalled(seconds(9), Map.of("a", 1L, "b", 2L))).isFalse();
        assertThat(watch.stalled(seconds(18), Map.of("a", 1L, "b", 2L))).isFalse();
        assertThat(watch.stalled(seconds(19), Map.of("a", 1L, "b", 2L))).isTrue();
        assertThat(watch.describe()).contains("last moved 19 s ago").contains("last moved 10 s ago");
    }

    @Test
    void shouldNotCountTheTimeInWhichTheProcessWasSuspended() {
        // Given
        StallWatch watch = new StallWatch(Duration.ofMinutes(5));
        watch.stalled(seconds(0), SAME);
        // When
        boolean afterANight = watch.stalled(seconds(30_000), SAME);
        // Then
        assertThat(afterANight).isFalse();
        assertThat(watch.describe()).contains("last moved 30 s ago");
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
