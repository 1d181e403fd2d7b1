package dev.longstream.it;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A run that trains an adapter, is killed, goes on, is forked, and whose last version is merged. */
class AdapterRunsTest {
    private static final int STEPS = 5;

    @Test
    void shouldTrainAnAdapterOnToTheEndOfAForkAndMergeIt(@TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        List<String> command = run.command(
                "train",
                "adapted",
                "--steps",
                "" + STEPS,
                "--set",
                "trainer.adapter.rank=2",
                "--set",
                "trainer.learning-rate=0.01",
                "--set",
                "trainer.keep-checkpoints=10");
        Path checkpoints = run.runs().resolve("adapted/checkpoints");
        // When
        try (CommandProcess process = CommandProcess.startUntil(checkpoints.resolve("step-000002"), folder, command)) {
            process.kill();
        }
        execute(command);
        // Then
        try (WholeRun whole = new WholeRun(run.runs(), "adapted")) {
            whole.verify(STEPS);
            List<Weights> versions = whole.read(whole.log().topics().weights());
            assertThat(versions)
                    .hasSize(STEPS + 1)
                    .extracting(Weights::getDigest)
                    .doesNotHaveDuplicates();
            assertThat(versions)
                    .extracting(version -> version.getBase().getUri())
                    .containsOnly("checkpoints/base");
        }
        String dir = run.runs().toString();
        execute(List.of("fork", "adapted", "--at", "3", "--as", "child", "--dir", dir));
        String config = run.runs().resolve("child/config.yaml").toString();
        assertThat(execute(List.of("train", "--run", "child", "--dir", dir, "--config", config)))
                .contains("it closes");
        String last = run.runs()
                .resolve("child/checkpoints/step-%06d/model".formatted(STEPS))
                .toString();
        execute(List.of("merge", last, "--out", folder.resolve("merged").toString()));
        try (PolicyFolder merged = PolicyFolder.open(folder.resolve("merged"))) {
            assertThat(merged.adapter()).isEmpty();
            assertThat(merged.tokenizer().vocabularySize()).isPositive();
        }
    }

    private static String execute(List<String> command) {
        return EndedCommand.succeed(command).output();
    }
}
