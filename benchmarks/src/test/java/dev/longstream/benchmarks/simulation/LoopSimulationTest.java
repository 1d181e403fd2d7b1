package dev.longstream.benchmarks.simulation;

import dev.longstream.benchmarks.simulation.ScheduleFigures.GroupFates;
import dev.longstream.benchmarks.simulation.SimulatedLoad.Devices;
import dev.longstream.config.ConfigurationException;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.rollouts.RolloutConfig;
import dev.longstream.producers.rollouts.SamplingVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class LoopSimulationTest {
    private static final DeviceSpeed SPEED = DeviceSpeed.SEVEN_BILLION;

    @Test
    void shouldGiveEqualFiguresWhenRepeated() {
        // When
        ScheduleComparison once = ScheduleComparison.of(load(0.2, 8), SPEED, List.of(0, 2));
        ScheduleComparison again = ScheduleComparison.of(load(0.2, 8), SPEED, List.of(0, 2));
        // Then
        assertThat(again).isEqualTo(once);
        assertThat(again.lines()).isEqualTo(once.lines());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void shouldNeverTrainATokenOlderThanTheBoundWhenInOrder(int maxStaleness) {
        // When
        ScheduleFigures figures = run(load(0.2, 8), SchedulingPolicy.STRICT_ORDER, maxStaleness);
        // Then
        assertThat(figures.maxTokenAge()).isLessThanOrEqualTo(maxStaleness);
        assertThat(figures.groups().tooOld()).isZero();
    }

    @ParameterizedTest
    @EnumSource(SchedulingPolicy.class)
    void shouldAccountForEverySampledGroup(SchedulingPolicy policy) {
        // When
        GroupFates groups = run(load(0.2, 8), policy, policy == SchedulingPolicy.IN_TURNS ? 0 : 2)
                .groups();
        // Then
        assertThat(groups.trained()).isEqualTo(20L * 16);
        assertThat(groups.uniform()).isPositive();
        assertThat(groups.sampled()).isEqualTo(groups.trained() + groups.uniform() + groups.tooOld());
    }

    @Test
    void shouldTrainTheLengthsThatWereSampledWhenInOrder() {
        // When
        ScheduleFigures figures = run(load(0, 8), SchedulingPolicy.STRICT_ORDER, 4);
        // Then
        assertThat(figures.lengths().ratio()).isCloseTo(1, within(1e-9));
    }

    @Test
    void shouldTrainShorterAnswersFirstWhenTheFirstReadyAreTrained() {
        // Given
        ScheduleFigures inOrder = run(load(0, 8), SchedulingPolicy.STRICT_ORDER, 4);
        // When
        ScheduleFigures figures = run(load(0, 8), SchedulingPolicy.FIRST_READY, 4);
        // Then
        assertThat(figures.lengths().ratioOfFirst(4))
                .isLessThan(0.9 * inOrder.lengths().ratioOfFirst(4));
        assertThat(figures.lengths().ratio()).as("late ones are trained later").isCloseTo(1, within(1e-9));
        assertThat(figures.maxTokenAge()).as("beyond the bound").isGreaterThan(4);
    }

    @Test
    void shouldTrainShorterAnswersForGoodWhenOldGroupsAreDropped() {
        // When
        ScheduleFigures figures = run(load(0, 8), SchedulingPolicy.FIRST_READY_BOUNDED, 1);
        // Then
        assertThat(figures.maxTokenAge()).isLessThanOrEqualTo(1);
        assertThat(figures.groups().tooOld()).isPositive();
        assertThat(figures.lengths().ratio()).isLessThan(0.95);
    }

    @Test
    void shouldTakeLessTimeTheFurtherSamplingMayRunAhead() {
        // When
        ScheduleComparison comparison = ScheduleComparison.of(load(0.2, 8), SPEED, List.of(1, 4));
        // Then
        List<ScheduleFigures> figures = comparison.figures();
        assertThat(comparison.timesInTurns(figures.get(0))).isEqualTo(1);
        assertThat(comparison.timesInTurns(figures.get(1))).isGreaterThan(1.2);
        assertThat(comparison.timesInTurns(figures.get(2))).isGreaterThan(comparison.timesInTurns(figures.get(1)));
        assertThat(figures.get(2).idle().trainer())
                .isLessThan(figures.get(0).idle().trainer());
    }

    @Test
    void shouldWaitForSlowGroupsWhenALeaseHoldsMany() {
        // When
        ScheduleFigures two = run(load(0.2, 2), SchedulingPolicy.STRICT_ORDER, 4);
        ScheduleFigures many = run(load(0.2, 8), SchedulingPolicy.STRICT_ORDER, 4);
        // Then
        assertThat(two.groupsPerMinute()).isLessThan(many.groupsPerMinute());
        assertThat(two.idle().rowsInUse()).isLessThan(many.idle().rowsInUse());
    }

    @Test
    void shouldDrawLengthsWithThePublishedTail() {
        // When
        int[] lengths = LongStream.range(0, 20_000)
                .flatMap(ordinal -> Arrays.stream(AnswerTail.PUBLISHED.lengths(1, ordinal, 2))
                        .asLongStream())
                .mapToInt(Math::toIntExact)
                .sorted()
                .toArray();
        // Then
        assertThat(lengths[lengths.length / 2]).isBetween(1390, 1480);
        assertThat(lengths[lengths.length * 99 / 100]).isBetween(13_600, 15_100);
        assertThat(lengths[lengths.length - 1]).isEqualTo(28_672);
    }

    @Test
    void shouldNameEverythingThatIsWrongWithALoad() {
        assertThatThrownBy(() -> new SimulatedLoad(
                        AnswerTail.PUBLISHED, 0, 0, 1, 0, 1, new Devices(0, 0), RolloutConfig.DEFAULT, 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("--prompt is 0", "--batch is 0", "--answers is 1", "--steps is 0", "--uniform")
                .hasMessageContainingAll("--workers is 0", "--trainers is 0");
    }

    private static ScheduleFigures run(SimulatedLoad load, SchedulingPolicy policy, int maxStaleness) {
        return LoopSimulation.run(load, SPEED, policy, maxStaleness);
    }

    /** Twenty steps of 16 groups of 4 answers on two workers and two trainers. */
    private static SimulatedLoad load(double uniformShare, int leases) {
        RolloutConfig rollouts =
                new RolloutConfig(8, leases, 32, 16, 2048, 1, OnNewWeights.KEEP, SamplingVersion.NEWEST);
        return new SimulatedLoad(AnswerTail.PUBLISHED, 2048, 16, 4, 20, uniformShare, new Devices(2, 2), rollouts, 1);
    }
}
