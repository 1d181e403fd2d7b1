package dev.longstream.trainer.loop;

import dev.longstream.policy.model.TorchModule;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static dev.longstream.trainer.loop.TrainingRuns.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Checks that a run survives kills and missing resources, and refuses folders that are not its own. */
class TrainingFailureTest {
    @TempDir
    private Path temporary;

    private TrainingRuns runs;

    @BeforeEach
    void makeStart() throws IOException {
        runs = new TrainingRuns(temporary);
    }

    @Test
    void shouldTrainEachBatchOnceWhereverTheProcessIsKilled() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        Crash counting = Crash.never();
        runs.run(undisturbed, "undisturbed", counting);
        int points = counting.passed();
        assertThat(points).isGreaterThan(STEPS * 10);
        for (int point = 0; point < points; point++) {
            // When
            FakeLog log = FakeLog.withBatches(STEPS);
            String run = "killed-at-" + point;
            Crash crash = Crash.at(point);
            assertThatThrownBy(() -> runs.run(log, run, crash)).satisfies(thrown -> assertThat(crash.killed())
                    .as("died of a kill, not of %s", thrown)
                    .isTrue());
            boolean finished = runs.run(log, run, Crash.never());
            // Then
            assertThat(finished).isTrue();
            assertThat(log.steps).as("steps after a kill at point %d", point).isEqualTo(undisturbed.steps);
            assertVersionsOnce(log);
            assertOnlyWholeCheckpoints(run);
        }
    }

    @Test
    void shouldTrainEachBatchOnceWhenTheProcessIsKilledAgainAndAgain() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        runs.run(undisturbed, "undisturbed", Crash.never());
        Random random = new Random(7);
        for (int trial = 0; trial < 20; trial++) {
            FakeLog log = FakeLog.withBatches(STEPS);
            // When
            boolean finished = false;
            while (!finished) {
                try {
                    finished = runs.run(log, "trial-" + trial, Crash.at(random.nextInt(60)));
                } catch (RuntimeException e) {
                    assertThat(e).isInstanceOfAny(Crash.Killed.class, CheckpointException.class);
                }
            }
            // Then
            assertThat(log.steps).isEqualTo(undisturbed.steps);
            assertVersionsOnce(log);
        }
    }

    @ParameterizedTest
    @CsvSource({"accumulate, 5, false", "accumulate, 6, true", "step, 3, false", "step, 3, true"})
    void shouldGoOnFromTheStepBeforeWhenAStepFoundNoMemory(String point, int time, boolean javas) throws IOException {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        runs.run(undisturbed, "undisturbed", Crash.never());
        FakeLog log = FakeLog.withBatches(STEPS);
        Crash crash = Crash.failing(
                point, time, javas ? TrainingFailureTest::exhaustJava : TrainingFailureTest::exhaustTorch);
        // When
        assertThatThrownBy(() -> runs.run(log, "run", crash))
                // Then
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Batch 2 at")
                .hasMessageContaining(javas ? "Java has none left (Direct buffer memory)" : "could not allocate")
                .hasMessageContaining("step-000002 is unchanged")
                .hasMessageContaining("trainer.memory-mebibytes (now 0")
                .hasMessageContaining("trainer.micro-batch-tokens (now 8)");
        assertThat(log.weights).hasSize(3);
        try (Stream<Path> paths = Files.list(temporary.resolve("run"))) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", "step-000000", "step-000001", "step-000002");
        }
        assertThat(runs.run(log, "run", Crash.never())).isTrue();
        assertThat(log.steps).isEqualTo(undisturbed.steps);
        assertVersionsOnce(log);
    }

    private static void exhaustJava() {
        throw new OutOfMemoryError("Direct buffer memory");
    }

    /** Asks for more than a process can address. */
    private static void exhaustTorch() {
        try (TorchModule module = TorchModule.compile(
                """
                def fill(self: __torch__.Policy, count: int) -> int:
                  x = torch.zeros([count], dtype=6, layout=None, device=None, pin_memory=None)
                  return torch.size(x, 0)
                """)) {
            module.call("fill", 1L << 46);
        }
    }

    private static void assertVersionsOnce(FakeLog log) {
        assertThat(log.weights)
                .extracting(Weights::getVersion)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, STEPS).boxed().toList());
    }

    private void assertOnlyWholeCheckpoints(String run) {
        try (Stream<Path> paths = Files.list(temporary.resolve(run))) {
            assertThat(paths.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock", "step-000000", "step-000002", "step-000003", "step-000004", "step-000005");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldForgetMomentsTheSameWayWhereverTheProcessIsKilled() {
        // Given
        TrainerConfig reset = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.RESET));
        List<Step> undisturbed = runs.stepsOf("undisturbed-phases", reset, 2, 4);
        for (int point = 0; point < 60; point += 3) {
            FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(2, 4);
            String folder = "phases-killed-at-" + point;
            Crash crash = Crash.at(point);
            // When
            try {
                runs.run(log, folder, crash, reset);
            } catch (RuntimeException e) {
                assertThat(crash.killed()).isTrue();
            }
            runs.run(log, folder, Crash.never(), reset);
            // Then
            assertThat(log.steps).as("after a kill at point %d", point).isEqualTo(undisturbed);
        }
    }

    @Test
    void shouldRefuseAStepWhoseGradientIsNotFiniteAndLeaveTheCheckpointUntouched() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        log.groups.values().stream()
                .filter(group -> group.getOrdinal() == 4)
                .forEach(group -> group.getMembers().get(0).setAdvantage(Double.NaN));
        // Then
        assertThatThrownBy(() -> runs.run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Batch 2 at")
                .hasMessageContaining("norm is NaN")
                .hasMessageContaining("step-000002 is unchanged");
        assertThat(log.weights).hasSize(3);
        assertThat(temporary.resolve("run/step-000003")).doesNotExist();
    }

    @Test
    void shouldNameThePreviousCheckpointWhenTheDiskIsFull() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        DurableFiles full = new DurableFiles() {
            @Override
            public void write(Path file, byte[] content) throws IOException {
                if (file.toString().contains("step-000002")) {
                    throw new IOException("No space left on device");
                }
                super.write(file, content);
            }
        };
        // Then
        assertThatThrownBy(() -> runs.run(log, "run", full))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("step-000002 could not be written: No space left on device")
                .hasMessageContaining("the newest complete one is")
                .hasMessageContaining("step-000001");
        assertThat(log.weights).hasSize(2);
        assertThat(runs.run(log, "run", new DurableFiles())).isTrue();
    }

    @Test
    void shouldGoOnWhenAnOldCheckpointCannotBeRemoved() {
        // Given
        AtomicInteger refusals = new AtomicInteger();
        DurableFiles busyOnce = new DurableFiles() {
            @Override
            public void delete(Path tree) throws IOException {
                if (tree.toString().endsWith("-step-000001")
                        && refusals.getAndIncrement() == 1) { // 0: before it is written
                    throw new FileSystemException(tree.toString(), null, "Device or resource busy");
                }
                super.delete(tree);
            }
        };
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        boolean finished = runs.run(log, "busy", busyOnce);
        // Then
        assertThat(finished).isTrue();
        assertThat(refusals).hasValue(3);
        assertVersionsOnce(log);
        assertOnlyWholeCheckpoints("busy");
    }

    @Test
    void shouldRefuseAFolderOfAnotherConfiguration() {
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        assertThatThrownBy(() ->
                        runs.checkpoints("run", "another", new DurableFiles()).restore())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("belongs to another configuration: its digest is config, this run's is another");
    }

    @Test
    void shouldRefuseASecondTrainerInTheSameFolder() {
        try (Checkpoints first = runs.checkpoints("run", "config", new DurableFiles())) {
            assertThat(first.restore()).isEmpty();
            assertThatThrownBy(() -> runs.checkpoints("run", "config", new DurableFiles()))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("Another process trains in");
        }
    }

    @Test
    void shouldRefuseALogThatDoesNotBelongToTheFolder() {
        runs.run(FakeLog.withBatches(STEPS), "run", Crash.never());
        assertThatThrownBy(() -> runs.run(FakeLog.withBatches(STEPS), "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("is version 5, but the newest version announced on the log is none");
    }
}
