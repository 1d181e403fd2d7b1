package dev.longstream.streams.curriculum;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class PromptOrderPropertyTest {
    private static final List<String> HUNDRED =
            IntStream.range(0, 100).mapToObj(i -> "p" + i).toList();

    @Property(tries = 100)
    void shouldTakeEachPromptOnceAnEpochWhateverOrderTheyCameIn(
            @ForAll @UniqueElements List<String> ids,
            @ForAll long seed,
            @ForAll @IntRange(max = 9) int epoch,
            @ForAll Random random) {
        List<String> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, random);

        List<String> order = PromptOrder.of(seed, 1, epoch, ids);

        assertThat(order).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(PromptOrder.of(seed, 1, epoch, shuffled)).isEqualTo(order);
    }

    @Test
    void shouldBeAnotherOrderForAnotherSeedPhaseOrEpoch() {
        List<String> order = PromptOrder.of(1, 0, 0, HUNDRED);

        assertThat(order).isNotEqualTo(HUNDRED);
        assertThat(PromptOrder.of(2, 0, 0, HUNDRED)).isNotEqualTo(order);
        assertThat(PromptOrder.of(1, 1, 0, HUNDRED)).isNotEqualTo(order);
        assertThat(PromptOrder.of(1, 0, 1, HUNDRED)).isNotEqualTo(order);
    }

    @Test
    void shouldStayAsItIsFromOneReleaseToTheNext() {
        assertThat(PromptOrder.of(1, 0, 0, List.of("a", "b", "c", "d"))).containsExactly("a", "d", "b", "c");
        assertThat(Seeds.of(1, "group", "a@0")).isEqualTo(-1864028957168029428L);
    }
}
