package dev.longstream.it;

import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.record.Step;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Runs whose gradients PyTorch computes, and the same batches with the embedded learner. */
@EnabledIfEnvironmentVariable(
        named = TorchProcesses.PYTHON,
        matches = ".+",
        disabledReason = "it names no Python with PyTorch and transformers")
class TorchRunTest {
    private static final int STEPS = 5;

    @ParameterizedTest
    @ValueSource(
            strings = {"trainer.adapter=null", "trainer.adapter={rank: 2, alpha: 4, targets: [q_proj, v_proj, up_proj]}"
            })
    void shouldTakeTheStepsOfTheEmbeddedLearnerThoughOneOfTwoProcessesAndTheTrainerAreKilled(
            String adapter, @TempDir Path folder) throws Exception {
        // Given
        SmallRun run = SmallRun.in(folder);
        List<String> options = List.of("--steps", "" + STEPS, "--set", adapter, "--set", "trainer.learning-rate=0.01");
        // When
        try (TorchProcesses learner = TorchProcesses.start(folder, 2)) {
            List<String> train = with(run.command("train", "two"), options, learner.options());
            Path second = run.runs().resolve("two/checkpoints/step-000002");
            try (CommandProcess process = CommandProcess.startUntil(second, folder, train)) {
                learner.killOne();
                process.kill();
            }
            execute(folder, train);
        }
        try (TorchProcesses learner = TorchProcesses.start(folder, 1)) {
            execute(folder, with(run.replay("two", "one"), options, learner.options()));
        }
        execute(folder, with(run.replay("two", "embedded"), options));
        // Then
        try (WholeRun log = new WholeRun(run.runs(), "two")) {
            log.verify(STEPS);
            List<Step> embedded = steps(log, "embedded");
            assertThat(embedded).hasSize(STEPS).allSatisfy(step -> assertThat(step.getGradientNorm())
                    .isPositive());
            for (String other : List.of("one", "two")) {
                List<Step> torch = steps(log, other);
                assertThat(torch).hasSize(STEPS);
                for (int i = 0; i < STEPS; i++) {
                    Step expected = embedded.get(i);
                    assertThat(torch.get(i).getLoss())
                            .as("loss of step %d, %s", i + 1, other)
                            .isCloseTo(expected.getLoss(), within(1e-4));
                    assertThat(torch.get(i).getGradientNorm())
                            .as("gradient norm of step %d, %s", i + 1, other)
                            .isCloseTo(expected.getGradientNorm(), within(1e-3 * expected.getGradientNorm()));
                }
            }
        }
    }

    private static List<Step> steps(WholeRun log, String run) {
        Topics topics = new Topics(run, 2);
        List<Step> steps = new ArrayList<>();
        TopicReader.readAll(log.log(topics), topics.steps(), record -> steps.add(record.value()));
        return steps;
    }

    @SafeVarargs
    private static List<String> with(List<String>... parts) {
        return new ArrayList<>(Stream.of(parts).flatMap(List::stream).toList());
    }

    private static void execute(Path folder, List<String> command) throws Exception {
        try (CommandProcess process = CommandProcess.start(folder, command)) {
            assertThat(process.exit()).as(process.errors()).isZero();
        }
    }
}
