package dev.longstream.dashboard.follow;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BinsTest {
    @Property
    void shouldPutALengthBetweenTheBoundsOfItsBin(@ForAll @IntRange(max = 2_000_000) int tokens) {
        int bin = Bins.LENGTH.of(tokens);
        assertThat(Bins.LENGTH.lower(bin)).isLessThanOrEqualTo(tokens);
        assertThat(Bins.LENGTH.lower(bin + 1)).isGreaterThan(tokens);
    }

    @Property
    void shouldPutARewardBetweenTheBoundsOfItsBin(@ForAll @DoubleRange(min = -3, max = 3) double reward) {
        int bin = Bins.REWARD.of(reward);
        assertThat(Bins.REWARD.lower(bin)).isLessThanOrEqualTo(reward + 1e-8);
        assertThat(Bins.REWARD.lower(bin + 1)).isGreaterThan(reward);
    }

    @Test
    void shouldBeginABinAtAValueThatBinaryNumbersMiss() {
        assertThat(Bins.REWARD.lower(Bins.REWARD.of(0.15))).isEqualTo(0.15);
        assertThat(Bins.REWARD.lower(Bins.REWARD.of(0.7))).isEqualTo(0.7);
    }

    @Test
    void shouldWidenBinsWithLength() {
        assertThat(Bins.LENGTH.lower(Bins.LENGTH.of(15))).isEqualTo(15);
        assertThat(Bins.LENGTH.lower(Bins.LENGTH.of(1000))).isEqualTo(960);
        assertThat(Bins.LENGTH.lower(Bins.LENGTH.of(1000) + 1)).isEqualTo(1024);
    }
}
