package dev.longstream.it;

import dev.longstream.log.Topics;
import dev.longstream.record.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Arms of an ablation with the same warm-up, and one with another. */
class AblatedWarmUpTest {
    @Test
    void shouldWarmUpOnceForArmsThatDifferInReinforcementLearningAlone(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"),
                """
                name: study
                base: run.yaml
                set: [steps=2, 'model.folder=%s']
                seeds: [1]
                arms:
                  - {name: first}
                  - {name: same, set: [trainer.learning-rate=2e-4]}
                  - {name: longer, set: [warm-up.steps=7]}
                """
                        .formatted(run.model()));
        // When
        String said = EndedCommand.succeed(
                        List.of("ablate", plan.toString(), "--dir", run.runs().toString()))
                .errors();
        // Then
        assertThat(said)
                .contains("study-same-1 begins with the warm-up of run study-first-1")
                .doesNotContain("study-longer-1 begins with the warm-up");
        assertThat(run.runs().resolve("study-same-1/warm-up-of.json")).isRegularFile();
        assertThat(figures(run, "same")).hasSize(SmallRun.WARM_UP_STEPS).isEqualTo(figures(run, "first"));
        assertThat(figures(run, "longer")).hasSize(SmallRun.WARM_UP_STEPS + 1);
        try (WholeRun log = new WholeRun(run.runs(), "study-first-1")) {
            String first = start(log, "first");
            assertThat(start(log, "same")).isEqualTo(first);
            assertThat(start(log, "longer")).isNotEqualTo(first);
        }
    }

    private static List<String> figures(SmallRun run, String arm) throws Exception {
        return Files.readAllLines(run.runs().resolve("study-" + arm + "-1/warm-up.jsonl"));
    }

    /** Returns the digest of the weights that reinforcement learning began with. */
    private static String start(WholeRun log, String arm) {
        List<Weights> versions = log.read(new Topics("study-" + arm + "-1", 2).weights());
        assertThat(versions).hasSize(3);
        return versions.get(0).getDigest();
    }
}
