package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Crash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A run whose log or folder was set back, or whose checkpoint is damaged, goes on with the same bytes or says why not. */
class ResumptionTest {
    @TempDir
    private Path temporary;

    private TrainingRuns runs;
    private FakeLog undisturbed;

    @BeforeEach
    void trainUndisturbed() throws IOException {
        runs = new TrainingRuns(temporary);
        undisturbed = FakeLog.withBatches(STEPS);
        runs.run(undisturbed, "undisturbed", Crash.never());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moments.safetensors", "model/model.safetensors", "state.json"})
    void shouldFallBackToTheCheckpointBeforeWhenTheNewestIsDamaged(String file) throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        damage("step-000005/" + file);
        // When
        boolean finished = runs.run(log, "run", Crash.never());
        // Then
        assertThat(finished).isTrue();
        assertSameLog(log);
        assertThat(runs.checkpoints("run", "config", new DurableFiles()).restore())
                .hasValueSatisfying(newest -> assertThat(newest.step()).isEqualTo(5));
    }

    @Test
    void shouldFallBackTwiceWhenTwoCheckpointsAreDamaged() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        damage("step-000005/moments.safetensors");
        Files.delete(temporary.resolve("run/step-000004/model/model.safetensors"));
        // When
        runs.run(log, "run", Crash.never());
        // Then
        assertSameLog(log);
    }

    @Test
    void shouldNameEveryDamageWhenNoCheckpointIsLeft() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        for (int step : new int[] {0, 3, 4, 5}) {
            damage("step-00000" + step + "/model/model.safetensors");
        }
        // Then
        assertThatThrownBy(() -> runs.run(log, "run", Crash.never()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("step-000005 is damaged: model/model.safetensors has SHA-256")
                .hasMessageContaining("step-000003 is damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void shouldAnnounceEveryKeptVersionThatTheLogLost(int announced) {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        forgetAnnouncements(log, announced);
        // When
        runs.run(log, "run", Crash.never());
        // Then
        assertSameLog(log);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void shouldGoOnFromWhatTheLogStillHasWhenItWasSetBack(int version) throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        forgetAnnouncements(log, version);
        FakeLog refilled = FakeLog.withBatches(STEPS + 1);
        log.batches.tailMap(log.batches.ceilingKey(3L * version)).clear();
        // When
        List<TrainingLoop> loops = new ArrayList<>();
        log.onIdle = () -> { // the stages make other batches in place of the lost ones
            if (log.batches.size() == version) {
                refilled.batches.tailMap(3L * version).forEach((place, batch) -> {
                    batch.getGroups().get(0).setGroup(batch.getGroups().get(1).getGroup());
                    batch.getGroups().get(0).setGroupId(batch.getGroups().get(1).getGroupId());
                    batch.getGroups().get(0).setOrdinal(batch.getGroups().get(1).getOrdinal());
                    log.batches.put(place, batch);
                });
            }
        };
        boolean finished = runs.run(log, "run", Crash.never(), step -> {}, loops);
        // Then
        assertThat(finished).isTrue();
        assertThat(log.weights)
                .extracting(Weights::getVersion)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, STEPS).boxed().toList());
        assertThat(log.weights.subList(0, version + 1))
                .isEqualTo(undisturbed.weights("run").subList(0, version + 1));
        assertThat(log.weights.get(version + 1).getDigest())
                .isNotEqualTo(undisturbed.weights.get(version + 1).getDigest());
        assertThat(temporary.resolve("run/not-on-the-log-step-000005/moments.safetensors"))
                .exists();
        assertThat(temporary.resolve("run/not-on-the-log-step-00000" + version)).doesNotExist();
    }

    @Test
    void shouldMakeEveryVersionAgainWhenTheFolderIsLost() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "lost", Crash.never());
        // When
        boolean finished = runs.run(log, "run", Crash.never());
        // Then
        assertThat(finished).isTrue();
        assertThat(log.steps).isEqualTo(undisturbed.steps);
        assertThat(log.weights).hasSize(STEPS + 1);
        assertThat(temporary.resolve("run/step-000005/moments.safetensors")).exists();
    }

    @Test
    void shouldStopWhenAVersionThatIsMadeAgainHasOtherBytes() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        damage("step-000005/moments.safetensors");
        log.weights.get(5).setDigest("of a GPU");
        damage("step-000005/state.json");
        // Then
        assertThatThrownBy(() -> runs.run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining(
                        "Version 5 was announced with digest of a GPU, but made again from batch 4 it has")
                .hasMessageContaining("longstream fork");
        assertThat(log.weights).hasSize(STEPS + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 9})
    void shouldMakeStepsBetweenCheckpointsAgainWithTheSameBytesWhereverTheProcessIsKilled(int every) {
        Crash counting = Crash.never();
        runs.run(FakeLog.withBatches(STEPS), "counted-" + every, counting, TrainingRuns.config(every));
        for (int point = 0; point < counting.passed(); point++) {
            // Given
            FakeLog log = FakeLog.withBatches(STEPS);
            String run = "every-" + every + "-killed-at-" + point;
            Crash crash = Crash.at(point);
            assertThatThrownBy(() -> runs.run(log, run, crash, TrainingRuns.config(every)))
                    .satisfies(thrown -> assertThat(crash.killed()).isTrue());
            // When
            runs.run(log, run, Crash.never(), TrainingRuns.config(every));
            // Then
            assertThat(log.steps).as("steps after a kill at point %d", point).isEqualTo(undisturbed.steps);
            assertThat(log.weights).hasSize(STEPS + 1);
        }
    }

    @Test
    void shouldWriteMomentsOnlyAsOftenAsConfigured() {
        // When
        runs.run(FakeLog.withBatches(STEPS), "run", Crash.never(), TrainingRuns.config(2));
        // Then
        for (int version : new int[] {2, 4, 5}) { // version 5 is the last
            assertThat(temporary.resolve("run/step-00000" + version + "/moments.safetensors"))
                    .exists();
        }
        assertThat(temporary.resolve("run/step-000003/model/model.safetensors")).exists();
        assertThat(temporary.resolve("run/step-000003/moments.safetensors")).doesNotExist();
        assertThat(temporary.resolve("run/step-000001")).doesNotExist();
    }

    private void damage(String file) throws IOException {
        Path damaged = temporary.resolve("run").resolve(file);
        byte[] content = Files.readAllBytes(damaged);
        content[3] ^= 1;
        Files.write(damaged, content);
    }

    private static void forgetAnnouncements(FakeLog log, int newest) {
        log.weights.removeIf(weights -> weights.getVersion() > newest);
        log.steps.removeIf(step -> step.getVersion() > newest);
    }

    private void assertSameLog(FakeLog log) {
        assertThat(log.steps).isEqualTo(undisturbed.steps);
        assertThat(log.steps).extracting(Step::getVersion).doesNotHaveDuplicates();
        assertThat(log.weights).isEqualTo(undisturbed.weights("run"));
    }
}
