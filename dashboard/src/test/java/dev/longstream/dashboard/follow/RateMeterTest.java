package dev.longstream.dashboard.follow;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RateMeterTest {
    private static final long NOW = 1_700_000_000_000L;

    private final RateMeter meter = new RateMeter();

    @Test
    void shouldCountTheEventsOfTheLastMinuteAlone() {
        // When
        meter.add(NOW - 61_000);
        meter.add(NOW - 59_000);
        meter.add(NOW - 1_000);
        meter.add(NOW);
        // Then
        assertThat(meter.count()).isEqualTo(4);
        assertThat(meter.inMinuteBefore(NOW)).isEqualTo(3);
        assertThat(meter.inMinuteBefore(NOW + 3_600_000)).isZero();
        assertThat(meter.lastMillis()).isEqualTo(NOW);
    }

    @Test
    void shouldForgetTheEventsOfAnEarlierMinuteInTheSameSecond() {
        // When
        meter.add(NOW - 60_000);
        meter.add(NOW);
        // Then
        assertThat(meter.inMinuteBefore(NOW)).isEqualTo(1);
    }
}
