package dev.longstream.streams.advantage;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class GroupAdvantagesPropertyTest {
    private static final AdvantageConfig GRPO = AdvantageConfig.DEFAULT;

    private static final AdvantageConfig RLOO = new AdvantageConfig(
            Baseline.LEAVE_ONE_OUT,
            Scale.NONE,
            false,
            1e-6,
            UniformGroups.REFILL,
            GroupOfOne.ZERO,
            OverlongPenalty.NONE);

    private static GroupAdvantages of(List<Double> rewards, AdvantageConfig config) {
        return GroupAdvantages.of(rewards, Collections.nCopies(rewards.size(), 1), config);
    }

    @Provide
    Arbitrary<List<Double>> rewards() {
        return Arbitraries.doubles()
                .between(-1, 1)
                .ofScale(3)
                .injectNull(0.2)
                .list()
                .ofMaxSize(16);
    }

    @Property
    void shouldAddUpToNothing(@ForAll("rewards") List<Double> rewards) {
        double sum = of(rewards, GRPO).values().stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sum();
        assertThat(sum).isCloseTo(0, within(1e-6));
    }

    @Property
    void shouldGiveAnAdvantageToThoseWithARewardAlone(@ForAll("rewards") List<Double> rewards) {
        List<Double> advantages = of(rewards, GRPO).values();
        assertThat(advantages).hasSameSizeAs(rewards);
        for (int i = 0; i < rewards.size(); i++) {
            assertThat(advantages.get(i) == null).isEqualTo(rewards.get(i) == null);
        }
    }

    @Property
    void shouldNotLetAFailedMemberTouchTheBaseline(@ForAll("rewards") List<Double> rewards) {
        List<Double> answers = rewards.stream().filter(Objects::nonNull).toList();
        assertThat(of(rewards, GRPO).values().stream().filter(Objects::nonNull).toList())
                .isEqualTo(of(answers, GRPO).values());
    }

    @Property
    void shouldNotChangeWhenAllRewardsAreShifted(@ForAll("rewards") List<Double> rewards) {
        List<Double> shifted = rewards.stream()
                .map(reward -> reward == null ? null : reward + 1)
                .toList();
        List<Double> before = of(rewards, RLOO).values();
        List<Double> after = of(shifted, RLOO).values();
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i) != null) {
                assertThat(after.get(i)).isCloseTo(before.get(i), within(1e-9));
            }
        }
    }

    @Property
    void shouldPreferTheBetterAnswer(@ForAll("rewards") List<Double> rewards) {
        List<Double> sorted = new ArrayList<>(
                rewards.stream().filter(Objects::nonNull).sorted().toList());
        assertThat(of(sorted, GRPO).values()).isSortedAccordingTo(Double::compare);
        Collections.reverse(sorted);
        assertThat(of(sorted, GRPO).values()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }
}
