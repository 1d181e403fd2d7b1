package dev.longstream.runs.ablation;

import dev.longstream.config.ConfigurationException;
import dev.longstream.runs.ablation.AblationPlan.Arm;
import dev.longstream.runs.ablation.AblationTable.ArmCost;
import dev.longstream.runs.ablation.AblationTable.ArmOutcome;
import dev.longstream.runs.ablation.AblationTable.Row;
import dev.longstream.runs.config.ConfigurationLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class AblationTest {
    private static final AblationPlan PLAN = new AblationPlan(
            "study",
            null,
            List.of(),
            List.of(1L, 2L, 3L),
            null,
            "less minus full",
            List.of(
                    new Arm("full", List.of(), null),
                    new Arm("less", List.of(), null),
                    new Arm("loss", List.of(), "full")));

    @TempDir
    Path folder;

    @Test
    void shouldCompareSeedBySeed() {
        AblationTable table = AblationTable.of(
                PLAN,
                Map.of(
                        "full", List.of(outcome(1, 0.6), outcome(2, 0.7), outcome(3, 0.8)),
                        "less", List.of(outcome(1, 0.5), outcome(2, 0.6), outcome(3, 0.7))));

        Row full = table.rows().get(0);
        assertThat(full.difference()).isNull();
        assertThat(full.afterRl()).isNotNull();
        assertThat(full.afterRl().mean()).isCloseTo(0.7, within(1e-12));
        assertThat(full.afterRl().deviation()).isCloseTo(0.1, within(1e-12));
        Spread difference = table.rows().get(1).difference();
        assertThat(difference).isNotNull();
        assertThat(difference.mean()).isCloseTo(-0.1, within(1e-12));
        assertThat(difference.standardError()).as("the seeds agree").isCloseTo(0, within(1e-12));
        assertThat(table.markdown().get(0)).contains("less minus full");
        assertThat(table.markdown().get(5))
                .contains("less", "0.600 ± 0.100", "+0.300 ± 0.248", "-0.100", "< 0.001", "1.75", "160", "9000");
        assertThat(table.markdown().get(6)).contains("of full (replayed)", "–");
        assertThat(table.csv()).hasSize(7).contains("less,,2,0.3,0.6,7.0,4,1.75,160,9000,70000,12.5");
    }

    @Test
    void shouldTestWithStudentsDistribution() {
        // Given
        // With 2 degrees of freedom the distribution has a closed form: p = 1 − t / √(2 + t²).
        Spread spread = Spread.of(List.of(0.02, 0.05, 0.11)).orElseThrow();

        // Then
        assertThat(spread.mean()).isCloseTo(0.06, within(1e-12));
        assertThat(spread.standardError()).isCloseTo(0.026457513, within(1e-8));
        assertThat(spread.margin()).isCloseTo(0.026457513 * 4.302652730, within(1e-7));
        assertThat(spread.detectable()).isCloseTo(0.026457513 * (4.302652730 + 1.060660172), within(1e-7));
        assertThat(spread.pValue()).isCloseTo(0.151472, within(1e-5));
    }

    @Test
    void shouldAdjustForTheNumberOfComparisons() {
        assertThat(Holm.adjusted(List.of(0.04, 0.01, 0.03)))
                .containsExactly(new double[] {0.06, 0.03, 0.06}, within(1e-12));
        assertThat(Holm.adjusted(List.of(0.9, 0.8))).containsExactly(new double[] {1, 1}, within(1e-12));
    }

    @Test
    void shouldNotCompareSeedsThatTheBaselineLacks() {
        AblationTable table = AblationTable.of(
                PLAN, Map.of("full", List.of(outcome(1, 0.6)), "less", List.of(outcome(1, 0.5), outcome(2, 0.9))));

        Spread difference = table.rows().get(1).difference();
        assertThat(difference).isNotNull();
        assertThat(difference.count()).isEqualTo(1);
        assertThat(difference.standardError()).isNull();
    }

    @Test
    void shouldNameEveryProblemOfAPlan() throws IOException {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"),
                """
                name: Study
                seads: 1
                seeds: []
                baseline: none
                arms: [{name: a}, {name: a, replays: a}]
                """);
        assertThatThrownBy(() -> ConfigurationLoader.read(plan, AblationPlan.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(
                        "seads is not a configuration key; did you mean seeds?",
                        "name is 'Study'",
                        "seeds is []",
                        "baseline is 'none'",
                        "arms has the names [a, a]");
    }

    private static ArmOutcome outcome(long seed, double reward) {
        return new ArmOutcome(seed, 0.3, reward, 7, 4, 1.75, new ArmCost(160, 9_000, 70_000, 12.5));
    }
}
