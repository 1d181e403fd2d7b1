package dev.longstream.trainer.optimizer;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class OptimizerSettingsTest {
    @Test
    void shouldRiseInAStraightLineThenStayWhenTheScheduleIsConstant() {
        // Given
        OptimizerSettings settings = settings(Schedule.CONSTANT, 4);
        // Then
        assertThat(settings.learningRate(0, 10)).isEqualTo(0.25);
        assertThat(settings.learningRate(3, 10)).isEqualTo(1);
        assertThat(settings.learningRate(9, 10)).isEqualTo(1);
    }

    @Test
    void shouldRiseAgainToItsScheduleAfterTheMomentsWereReset() {
        // Given
        OptimizerSettings settings = settings(Schedule.LINEAR, 4);
        double scheduled = settings.learningRate(6, 10);
        // Then
        assertThat(settings.learningRate(6, 0, 10)).isEqualTo(scheduled / 4);
        assertThat(settings.learningRate(6, 2, 10)).isEqualTo(scheduled * 3 / 4);
        assertThat(settings.learningRate(6, 4, 10)).isEqualTo(scheduled);
        assertThat(settings.learningRate(2, 0, 10)).isEqualTo(0.25); // reset during the first rise
    }

    @Test
    void shouldEndAtTheFinalShareWhenTheScheduleGoesDown() {
        for (Schedule schedule : new Schedule[] {Schedule.LINEAR, Schedule.COSINE}) {
            // Given
            OptimizerSettings settings = settings(schedule, 0);
            // Then
            assertThat(settings.learningRate(9, 10)).isEqualTo(0.1, within(1e-12));
            assertThat(settings.learningRate(4, 10)).isEqualTo(0.55, within(1e-12));
        }
    }

    @Property(tries = 200)
    void shouldNeverExceedTheLargestRateNorFallBelowTheFinalShareAfterTheWarmUp(
            @ForAll Schedule schedule, @ForAll @IntRange(max = 20) int warmUp, @ForAll @IntRange(max = 99) int step) {
        double rate = settings(schedule, warmUp).learningRate(step, 100);
        assertThat(rate).isPositive().isLessThanOrEqualTo(1 + 1e-12);
        if (step >= warmUp) {
            assertThat(rate).isGreaterThanOrEqualTo(0.1 - 1e-12);
        }
    }

    private static OptimizerSettings settings(Schedule schedule, int warmUpSteps) {
        return new OptimizerSettings(1, schedule, warmUpSteps, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1);
    }
}
