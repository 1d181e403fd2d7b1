package dev.longstream.evaluation;

import dev.longstream.judging.Interval;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class PassAtKTest {
    /** The mean over all ways of taking k of n answers, by looking at each. */
    @Property
    void shouldAgreeWithTakingEverySubset(
            @ForAll @IntRange(min = 1, max = 10) int n,
            @ForAll @IntRange(max = 10) int right,
            @ForAll @IntRange(max = 9) int wanted) {
        int c = Math.min(right, n);
        int k = 1 + wanted % n;
        int subsets = 0;
        int passed = 0;
        for (int subset = 0; subset < 1 << n; subset++) {
            if (Integer.bitCount(subset) == k) {
                subsets++;
                passed += (subset & ((1 << c) - 1)) != 0 ? 1 : 0;
            }
        }
        assertThat(PassAtK.of(n, c, k)).isCloseTo((double) passed / subsets, within(1e-12));
    }

    @Test
    void shouldRefuseToGuessBeyondTheAnswers() {
        assertThatThrownBy(() -> PassAtK.of(4, 1, 8)).hasMessageContaining("n = 4, c = 1, k = 8");
    }

    @Test
    void shouldCoverTheMeanAndRepeatItselfWhenBootstrapped() {
        double[] values = new double[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 4 == 0 ? 1 : 0;
        }

        Interval interval = Bootstrap.ofMean(values, 7);

        assertThat(interval).isEqualTo(Bootstrap.ofMean(values, 7));
        // A mean of 0.25 over 200 questions has a standard error of 0.031.
        assertThat(interval.low()).isCloseTo(0.25 - 1.96 * 0.0307, within(0.02));
        assertThat(interval.high()).isCloseTo(0.25 + 1.96 * 0.0307, within(0.02));
        assertThat(Bootstrap.ofMean(new double[] {0.5}, 7)).isEqualTo(new Interval(0.5, 0.5));
    }
}
