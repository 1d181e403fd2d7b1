package dev.longstream.runs.ablation;

import dev.longstream.cli.Longstream;
import dev.longstream.runs.ablation.AblationPlan.Arm;
import dev.longstream.runs.ablation.AblationTable.ArmOutcome;
import dev.longstream.runs.ablation.AblationTable.Row;
import dev.longstream.runs.ablation.AblationTable.Spread;
import dev.longstream.runs.config.ConfigurationLoader;
import dev.longstream.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        assertThat(table.markdown().get(3)).contains("less", "0.600 ± 0.100", "-0.100", "yes");
        assertThat(table.markdown().get(4)).contains("of full (replayed)", "–");
        assertThat(table.csv()).hasSize(7).contains("less,,2,0.3,0.6,7.0,4");
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
    void shouldReadTheShippedPlansAndSayWhatTheyWouldRun() {
        assertThat(planned("ablation.yaml"))
                .hasSize(15)
                .startsWith("long-inputs-ablation-full-1")
                .endsWith("long-inputs-ablation-sequence-mean-3, a replay of long-inputs-ablation-full-3");
        assertThat(planned("ablation-objectives.yaml"))
                .hasSize(12)
                .startsWith("objectives-grpo-1")
                .endsWith("objectives-cispo-replayed-3, a replay of objectives-grpo-3");
        String judge = "judge.folder=" + folder;
        String rubric = "judge.rubric=../examples/judge-rubric.txt"; // the plan's own is relative to the project
        assertThat(planned("ablation-rewards.yaml", "--set", judge, "--set", rubric))
                .hasSize(12)
                .startsWith("rewards-rule-1")
                .endsWith("rewards-max-replayed-3, a replay of rewards-judge-3");
    }

    @Test
    void shouldLetAnArmWinOverTheCommandAndTheCommandOverThePlan() throws IOException {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"),
                """
                name: study
                set: [batch-size=0]
                seeds: [1]
                arms: [{name: a, set: [group-size=4]}, {name: b}]
                """);
        StringWriter errors = new StringWriter();

        int exit = dryRun(new StringWriter(), errors, plan, "--set", "batch-size=2", "--set", "group-size=1");

        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString())
                .contains("arm b: group-size is 1")
                .doesNotContain("arm a")
                .doesNotContain("batch-size is 0");
    }

    @Test
    void shouldSayEveryProblemOfAPlanAndOfItsArms() throws IOException {
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
                        "seads is no configuration key; did you mean seeds?",
                        "name is 'Study'",
                        "seeds is []",
                        "baseline is 'none'",
                        "arms has the names [a, a]");

        Path arms = Files.writeString(
                folder.resolve("arms.yaml"),
                """
                name: study
                seeds: [1, 2]
                arms: [{name: a, set: [group-size=1]}, {name: b, set: [batch-sise=2]}]
                """);
        StringWriter errors = new StringWriter();
        int exit = dryRun(new StringWriter(), errors, arms);
        assertThat(exit).isEqualTo(2);
        assertThat(errors.toString())
                .containsOnlyOnce("arm a: group-size is 1")
                .containsOnlyOnce("arm b: batch-sise is no configuration key");
    }

    private static List<String> planned(String example, String... options) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        int exit = dryRun(out, errors, Path.of("../examples", example), options);
        assertThat(exit).as(errors.toString()).isZero();
        return out.toString().lines().toList();
    }

    private static int dryRun(StringWriter out, StringWriter errors, Path plan, String... options) {
        List<String> arguments = new ArrayList<>(List.of("ablate", plan.toString(), "--dry-run"));
        arguments.addAll(List.of(options));
        return Longstream.commandLine(new PrintWriter(out), new PrintWriter(errors))
                .execute(arguments.toArray(String[]::new));
    }

    private static ArmOutcome outcome(long seed, double reward) {
        return new ArmOutcome(seed, 0.3, reward, 7, 4);
    }
}
