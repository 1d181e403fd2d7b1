package dev.longstream.streams.curriculum;

import dev.longstream.config.ConfigurationException;
import dev.longstream.streams.curriculum.PhasePlan.DrawTurn;
import dev.longstream.streams.curriculum.Retrospective.RetrospectiveChoice;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

/**
 * Checks the distribution of drawn prompts with fixed seeds 0, 1, 2, …, so that every figure is the same in every run.
 */
class RetrospectiveDrawTest {
    /** Mean rewards of G = 8, never right to always right. */
    private static final double[] MEANS = {0, 0.125, 0.25, 0.5, 0.5, 0.75, 1, 1};

    private static final List<PromptCandidate> EARLIER = IntStream.range(0, MEANS.length)
            .mapToObj(i -> new PromptCandidate("e" + i, "t", MEANS[i]))
            .toList();
    private static final Retrospective INVERSE = new Retrospective(0.25, RetrospectiveChoice.INVERSE_REWARD, 0.125);
    private static final int DRAWS = 40_000;
    /** Chi-square with 7 degrees of freedom exceeds it with probability 0.001. */
    private static final double LARGEST = 24.32;

    @Test
    void shouldDrawInProportionToTheInverseOfTheMeanReward() {
        double[] p = probabilities();
        long[] drawn = new long[MEANS.length];
        for (long seed = 0; seed < DRAWS; seed++) {
            drawn[order(seed, 0).get(0)]++;
        }

        assertThat(p[0]).isEqualTo(p[1]).isCloseTo(0.2927, offset(1e-4));
        assertThat(chiSquare(drawn, p)).isLessThan(LARGEST);
    }

    @Test
    void shouldDrawTheSecondFromWhatTheFirstHasLeft() {
        double[] p = probabilities();
        double[] second = new double[p.length];
        for (int first = 0; first < p.length; first++) {
            for (int then = 0; then < p.length; then++) {
                second[then] += first == then ? 0 : p[first] * p[then] / (1 - p[first]);
            }
        }
        long[] drawn = new long[MEANS.length];
        for (long seed = 0; seed < DRAWS; seed++) {
            drawn[order(seed, 3).get(1)]++;
        }

        assertThat(chiSquare(drawn, second)).isLessThan(LARGEST);
        assertThat(chiSquare(drawn, p)).as("not the distribution of the first").isGreaterThan(LARGEST);
    }

    @Test
    void shouldDependOnSeedAndPromptsAloneAndNotOnTheirOrder() {
        List<PromptCandidate> shuffled = new ArrayList<>(EARLIER);
        Collections.shuffle(shuffled, new Random(3));

        assertThat(WeightedOrder.of(5, 1, 0, shuffled, this::weight))
                .isEqualTo(WeightedOrder.of(5, 1, 0, EARLIER, this::weight));
        assertThat(order(5, 0)).containsExactly(order(5, 0).toArray(Integer[]::new));
        assertThat(order(6, 0)).isNotEqualTo(order(5, 0));
    }

    @Test
    void shouldGiveEveryBatchItsShareWithoutReplacement() {
        PhasePlan plan = plan(INVERSE, EARLIER);
        Set<String> drawn = new HashSet<>();
        for (int batch = 0; batch < 4; batch++) {
            List<DrawTurn> turns = IntStream.range(8 * batch, 8 * batch + 8)
                    .mapToObj(plan::turn)
                    .toList();
            List<DrawTurn> earlier =
                    turns.stream().filter(turn -> turn.meanReward() != null).toList();
            assertThat(earlier).hasSize(2);
            earlier.forEach(turn -> assertThat(drawn.add(turn.promptId())).isTrue());
        }
        assertThat(drawn).hasSize(EARLIER.size());
        assertThat(plan.turn(35).meanReward()).as("a second pass begins").isNotNull();
    }

    @Test
    void shouldGoThroughItsOwnPromptsAllTheSame() {
        PhasePlan plan = plan(INVERSE, EARLIER);

        assertThat(IntStream.range(0, 16).mapToObj(plan::turn).filter(turn -> turn.meanReward() == null))
                .extracting(DrawTurn::promptId)
                .doesNotHaveDuplicates()
                .hasSize(12)
                .allMatch(id -> id.startsWith("own"));
    }

    @Test
    void shouldSayWithWhichProbabilityAPromptWasDrawn() {
        PhasePlan plan = plan(INVERSE, EARLIER);

        assertThat(IntStream.range(0, 32)
                        .mapToObj(plan::turn)
                        .mapToDouble(DrawTurn::probability)
                        .sum())
                .isCloseTo(1, offset(1e-9));
    }

    @Test
    void shouldTakeTheHardSetAlone() {
        List<PromptCandidate> earlier = List.of(
                new PromptCandidate("never", "t", 0.0),
                new PromptCandidate("penalised", "t", -0.5),
                new PromptCandidate("once", "t", 0.125),
                new PromptCandidate("not attempted", "t", null));

        PhasePlan plan = plan(new Retrospective(0.5, RetrospectiveChoice.HARD_SET, 0.125), earlier);

        assertThat(plan.earlier()).isEqualTo(2);
        assertThat(IntStream.of(1, 3).mapToObj(plan::turn))
                .extracting(DrawTurn::promptId)
                .containsExactlyInAnyOrder("never", "penalised");
    }

    @Test
    void shouldTakeItsOwnWhereThereIsNothingToGoBackTo() {
        PhasePlan plan = plan(INVERSE, List.of(new PromptCandidate("not attempted", "t", null)));

        assertThat(IntStream.range(0, 12).mapToObj(plan::turn))
                .extracting(DrawTurn::promptId)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.startsWith("own"));
    }

    @Test
    void shouldGiveTasksEqualTurnsWhateverTheirSizes() {
        List<PromptCandidate> own = new ArrayList<>();
        IntStream.range(0, 9).forEach(i -> own.add(new PromptCandidate("many" + i, "many", null)));
        IntStream.range(0, 3).forEach(i -> own.add(new PromptCandidate("few" + i, "few", null)));

        PhasePlan plan = plan(PromptSelection.TASK_BALANCED, PromptFilter.DEFAULT, own);

        List<String> ids = IntStream.range(0, 18)
                .mapToObj(plan::turn)
                .map(DrawTurn::promptId)
                .toList();
        assertThat(ids.stream().filter(id -> id.startsWith("many"))).hasSize(9).doesNotHaveDuplicates();
        for (int pass = 0; pass < 3; pass++) {
            assertThat(ids.subList(6 * pass, 6 * pass + 6).stream().filter(id -> id.startsWith("few")))
                    .containsExactlyInAnyOrder("few0", "few1", "few2");
        }
    }

    @Test
    void shouldGivePassRatesEqualTurnsAndLeaveOutWhatTheFilterDoes() {
        List<PromptCandidate> own = new ArrayList<>(EARLIER);
        own.add(new PromptCandidate("unknown", "t", null));

        PhasePlan plan = plan(PromptSelection.PASS_RATE_BALANCED, new PromptFilter(List.of(), null, 0.99), own);

        // 0; 0.125 and 0.25; 0.5 twice; 0.75; not known: five pools, those of 1 are filtered
        assertThat(plan.own()).isEqualTo(7);
        assertThat(IntStream.range(0, 5).mapToObj(plan::turn).map(DrawTurn::promptId))
                .contains("e0", "e5", "unknown")
                .doesNotContain("e6", "e7");
    }

    @Test
    void shouldNameEverythingThatIsWrong() {
        assertThatThrownBy(() -> new Retrospective(1, RetrospectiveChoice.HARD_SET, 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("share is 1.0", "min-mean is 0.0");
        assertThatThrownBy(() -> new PromptFilter(List.of(), 0.5, 0.25))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mean-from is 0.5");
    }

    private static PhasePlan plan(Retrospective retrospective, List<PromptCandidate> earlier) {
        List<PromptCandidate> own = IntStream.range(0, 12)
                .mapToObj(i -> new PromptCandidate("own" + i, "t", null))
                .toList();
        return plan(PromptSelection.SHUFFLED, PromptFilter.DEFAULT, retrospective, own, earlier);
    }

    private static PhasePlan plan(PromptSelection sampler, PromptFilter filter, List<PromptCandidate> own) {
        return plan(sampler, filter, Retrospective.DEFAULT, own, List.of());
    }

    private static PhasePlan plan(
            PromptSelection sampler,
            PromptFilter filter,
            Retrospective retrospective,
            List<PromptCandidate> own,
            List<PromptCandidate> earlier) {
        CurriculumConfig config = new CurriculumConfig(
                List.of(
                        new Phase("short", 0, 100, 9, 1, 1, 0, 8),
                        new Phase(
                                "long",
                                100,
                                200,
                                9,
                                new AnswerSampling(1, 1, 0, 8),
                                new PromptChoice(sampler, filter, null, retrospective),
                                PhaseEnd.AFTER_ITS_STEPS)),
                8,
                8,
                1,
                InputLength.TEMPLATED,
                "held-out",
                1);
        return new PhasePlan(config, 1, own, earlier);
    }

    private double weight(PromptCandidate candidate) {
        Double mean = candidate.meanReward();
        return mean == null ? 0 : INVERSE.weight(mean);
    }

    /** Places of the prompts, in the order of their drawing. */
    private List<Integer> order(long seed, long epoch) {
        return WeightedOrder.of(seed, 1, epoch, EARLIER, this::weight).stream()
                .map(EARLIER::indexOf)
                .toList();
    }

    private static double[] probabilities() {
        double[] weights = Arrays.stream(MEANS).map(INVERSE::weight).toArray();
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }

    private static double chiSquare(long[] drawn, double[] p) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double expected = DRAWS * p[i];
            sum += (drawn[i] - expected) * (drawn[i] - expected) / expected;
        }
        return sum;
    }
}
