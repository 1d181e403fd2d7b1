package dev.longstream.policy.safetensors;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;

import static org.assertj.core.api.Assertions.assertThat;

class FloatFormatsTest {
    @Test
    void shouldWidenEveryHalfToTheNumberItStandsFor() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            // Given
            // IEEE 754 defines the fields of a 16-bit number.
            int exponent = bits >> 10 & 0x1f;
            int fraction = bits & 0x3ff;
            int sign = bits >> 15 == 0 ? 1 : -1;
            // When
            float value = FloatFormats.fromHalf((short) bits);
            // Then
            if (exponent == 31 && fraction != 0) {
                assertThat(value).as("%04x", bits).isNaN();
            } else if (exponent == 31) {
                assertThat(value).isEqualTo(sign * Float.POSITIVE_INFINITY);
            } else {
                double expected = exponent == 0
                        ? Math.scalb((double) fraction, -24)
                        : Math.scalb(1024.0 + fraction, exponent - 25);
                assertThat((double) value).as("%04x", bits).isEqualTo(Math.copySign(expected, sign));
            }
        }
    }

    @Test
    void shouldReturnEveryBrainFloatUnchangedWhenWidenedAndNarrowed() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float value = FloatFormats.fromBrain((short) bits);
            if (Float.isNaN(value)) {
                assertThat(FloatFormats.fromBrain(FloatFormats.toBrain(value))).isNaN();
            } else {
                assertThat(FloatFormats.toBrain(value)).as("%04x", bits).isEqualTo((short) bits);
            }
        }
    }

    @Property
    void shouldNarrowToTheNearestBrainFloat(@ForAll int pattern) {
        float value = Float.intBitsToFloat(pattern);
        short narrowed = FloatFormats.toBrain(value);
        float back = FloatFormats.fromBrain(narrowed);
        if (!Float.isFinite(value) || !Float.isFinite(back)) {
            // Beyond halfway to what would follow the largest bfloat16, or not finite to begin with.
            assertThat(Float.isNaN(value)).isEqualTo(Float.isNaN(back));
            assertThat(Float.isNaN(value) || Math.abs(value) >= 0x1.ffp127f).isTrue();
            return;
        }
        BigDecimal distance = distance(value, back);
        for (int neighbour : new int[] {narrowed - 1, narrowed + 1}) {
            float other = FloatFormats.fromBrain((short) neighbour);
            if (Float.isFinite(other)) {
                int comparison = distance.compareTo(distance(value, other));
                assertThat(comparison).isNotPositive();
                if (comparison == 0 && other != back) {
                    assertThat(narrowed & 1).as("a tie goes to the even one").isZero();
                }
            }
        }
    }

    private static BigDecimal distance(float a, float b) {
        return new BigDecimal(a).subtract(new BigDecimal(b)).abs();
    }
}
