package dev.longstream.streams.grouping;

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

class AdvantagesPropertyTest {
    private static final GroupingConfig GRPO = GroupingConfig.DEFAULT;

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
        double sum = Advantages.of(rewards, GRPO).values().stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sum();
        assertThat(sum).isCloseTo(0, within(1e-6));
    }

    @Property
    void shouldGiveAnAdvantageToThoseWithARewardAlone(@ForAll("rewards") List<Double> rewards) {
        List<Double> advantages = Advantages.of(rewards, GRPO).values();
        assertThat(advantages).hasSameSizeAs(rewards);
        for (int i = 0; i < rewards.size(); i++) {
            assertThat(advantages.get(i) == null).isEqualTo(rewards.get(i) == null);
        }
    }

    @Property
    void shouldNotLetAFailedMemberTouchTheBaseline(@ForAll("rewards") List<Double> rewards) {
        List<Double> answers = rewards.stream().filter(Objects::nonNull).toList();
        assertThat(Advantages.of(rewards, GRPO).values().stream()
                        .filter(Objects::nonNull)
                        .toList())
                .isEqualTo(Advantages.of(answers, GRPO).values());
    }

    @Property
    void shouldNotChangeWhenAllRewardsAreShifted(@ForAll("rewards") List<Double> rewards) {
        List<Double> shifted = rewards.stream()
                .map(reward -> reward == null ? null : reward + 1)
                .toList();
        List<Double> before =
                Advantages.of(rewards, new GroupingConfig(false, 1e-6)).values();
        List<Double> after =
                Advantages.of(shifted, new GroupingConfig(false, 1e-6)).values();
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
        assertThat(Advantages.of(sorted, GRPO).values()).isSortedAccordingTo(Double::compare);
        Collections.reverse(sorted);
        assertThat(Advantages.of(sorted, GRPO).values()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }
}
