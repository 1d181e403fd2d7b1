package dev.longstream.runs.watch;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class StallWatchTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000);

    @Test
    void shouldNoticeAStallOnlyWhenNothingMovesForLongEnough() {
        StallWatch watch = new StallWatch(Duration.ofSeconds(10));

        assertThat(watch.stalled(NOW, Map.of("a", 1L, "b", 1L))).isFalse();
        assertThat(watch.stalled(NOW.plusSeconds(9), Map.of("a", 1L, "b", 2L))).isFalse();
        assertThat(watch.stalled(NOW.plusSeconds(18), Map.of("a", 1L, "b", 2L))).isFalse();
        assertThat(watch.stalled(NOW.plusSeconds(19), Map.of("a", 1L, "b", 2L))).isTrue();
        assertThat(watch.describe(NOW.plusSeconds(19)))
                .contains("last moved 19 s ago")
                .contains("last moved 10 s ago");
    }
}
