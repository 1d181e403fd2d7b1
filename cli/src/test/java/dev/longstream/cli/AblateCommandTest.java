package dev.longstream.cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class AblateCommandTest {
    @TempDir
    Path folder;

    @Test
    void shouldReadTheShippedPlansAndSayWhatTheyWouldRun() {
        assertThat(planned("ablation.yaml"))
                .hasSize(15)
                .startsWith("long-inputs-ablation-full-1")
                .containsSubsequence(
                        "long-inputs-ablation-sequence-mean-1, a replay of long-inputs-ablation-full-1",
                        "long-inputs-ablation-full-2")
                .endsWith("long-inputs-ablation-sequence-mean-3, a replay of long-inputs-ablation-full-3");
        assertThat(planned("studies/phases-study.yaml"))
                .hasSize(20)
                .startsWith("phases-mixed-1", "phases-phased-1", "phases-long-only-1", "phases-reversed-1");
        assertThat(planned("studies/real-questions-study.yaml"))
                .containsExactly("real-questions-rl-1", "real-questions-rl-2", "real-questions-rl-3");
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
    void shouldNameEveryProblemOfEveryArm() throws IOException {
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
                .containsOnlyOnce("arm b: batch-sise is not a configuration key");
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
}
