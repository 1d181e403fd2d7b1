package dev.longstream.trainer.loop;

import dev.longstream.files.ProcessName;
import dev.longstream.policy.delta.DeltaFile;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsDelta;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Crash;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

class RoundedWeightsTest {
    @TempDir
    private Path temporary;

    private TrainingRuns runs;

    @BeforeEach
    void makeStart() throws IOException {
        runs = new TrainingRuns(temporary);
    }

    @Test
    void shouldAnnounceRoundedWeightsAndTrainTheOthers() throws IOException {
        // Given
        FakeLog whole = FakeLog.withBatches(STEPS);
        runs.run(whole, "whole", Crash.never());
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog rounded = FakeLog.withBatches(STEPS);
        // When
        runs.run(rounded, "rounded", Crash.never());
        // Then
        Weights last = rounded.weights.get(STEPS);
        assertThat(last.getUri()).isEqualTo("rounded/step-000005/bfloat16");
        Path file = temporary.resolve(last.getUri()).resolve("model.safetensors");
        assertThat(SafeTensors.sha256(file)).isEqualTo(last.getDigest());
        assertThat(Files.size(file)).isEqualTo(last.getBytes());
        assertThat(SafeTensors.sha256(temporary.resolve("rounded/step-000005/model/model.safetensors")))
                .isEqualTo(whole.weights.get(STEPS).getDigest())
                .isNotEqualTo(last.getDigest());
    }

    @Test
    void shouldAnnounceWhatDiffersFromTheVersionBefore() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        // When
        runs.run(log, "run", Crash.never());
        // Then
        assertThat(log.weights.get(0).getDelta()).isNull();
        for (int version = STEPS - 1; version <= STEPS; version++) { // the version before is still there
            Weights before = log.weights.get(version - 1);
            Weights announced = log.weights.get(version);
            WeightsDelta delta = announced.getDelta();
            Path file = temporary.resolve(delta.getUri());
            assertThat(delta)
                    .isEqualTo(new WeightsDelta(
                            "run/step-00000" + version + "/bfloat16.delta",
                            version - 1L,
                            Files.size(file),
                            SafeTensors.sha256(file)));
            assertThat(delta.getBytes()).isLessThan(announced.getBytes());
            assertThat(DeltaFile.apply(weights(before), List.of(file), temporary.resolve("made-" + version)))
                    .isEqualTo(announced.getDigest());
        }
    }

    @Test
    void shouldAnnounceTheSameDifferencesWhereverTheProcessIsKilled() {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        Crash counting = Crash.never();
        runs.run(undisturbed, "undisturbed", counting);
        assertThat(undisturbed.weights)
                .filteredOn(weights -> weights.getDelta() != null)
                .hasSize(STEPS);
        for (int point = 0; point < counting.passed(); point += 3) {
            // When
            FakeLog log = FakeLog.withBatches(STEPS);
            String run = "killed-at-" + point;
            Crash crash = Crash.at(point);
            assertThatThrownBy(() -> runs.run(log, run, crash)).satisfies(thrown -> assertThat(crash.killed())
                    .as("died of a kill, not of %s", thrown)
                    .isTrue());
            runs.run(log, run, Crash.never());
            // Then
            assertThat(log.weights)
                    .as("versions after a kill at point %d", point)
                    .extracting(Weights::getDigest, RoundedWeightsTest::digestOfDelta)
                    .containsExactlyElementsOf(undisturbed.weights.stream()
                            .map(weights -> tuple(weights.getDigest(), digestOfDelta(weights)))
                            .toList());
        }
    }

    @Test
    void shouldLeaveNoPartOfADeltaOfAKilledProcess() throws IOException {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog log = FakeLog.withBatches(STEPS);
        assertThatThrownBy(() -> runs.run(log, "run", Crash.failing("before announcing 3", 1, () -> {
                    throw new IllegalStateException("killed");
                })))
                .hasMessage("killed");
        Path unfinished = Files.createDirectories(
                temporary.resolve("run/.unfinished-" + ProcessName.host() + "-1-step-000004/bfloat16"));
        Files.write(unfinished.resolveSibling("bfloat16.delta"), new byte[] {'L', 'S'});
        // When
        runs.run(log, "run", Crash.never());
        // Then
        assertThat(unfinished).doesNotExist();
        assertThat(log.weights.get(3).getDelta().getBaseVersion()).isEqualTo(2);
        assertThat(SafeTensors.sha256(temporary.resolve("run/step-000004/bfloat16.delta")))
                .isEqualTo(digestOfDelta(log.weights.get(4)));
    }

    @Test
    void shouldTrainOnWhenADeltaIsDamaged() throws IOException {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        Files.write(temporary.resolve("run/step-000005/bfloat16.delta"), new byte[] {1});
        // When
        try (Checkpoints checkpoints = runs.checkpoints("run", "config", new DurableFiles())) {
            // Then
            assertThat(checkpoints.restore()).map(Checkpoint::step).contains(5L);
        }
    }

    @Test
    void shouldWriteNoDeltaUnlessItIsWanted() {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16);
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        runs.run(log, "run", Crash.never());
        // Then
        assertThat(log.weights).allMatch(weights -> weights.getDelta() == null);
        assertThat(temporary.resolve("run/step-000005/bfloat16.delta")).doesNotExist();
    }

    private static @Nullable String digestOfDelta(Weights weights) {
        return weights.getDelta() == null ? null : weights.getDelta().getDigest();
    }

    private Path weights(Weights announced) {
        return temporary.resolve(announced.getUri()).resolve("model.safetensors");
    }

    @Test
    void shouldContinueARunThatAnnouncesRoundedWeights() {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog log = FakeLog.withBatches(STEPS);
        runs.run(log, "run", Crash.never());
        log.weights.remove(STEPS);
        log.steps.remove(STEPS - 1);
        // When
        boolean finished = runs.run(log, "run", Crash.never());
        // Then
        assertThat(finished).isTrue();
        assertThat(log.weights).extracting(Weights::getVersion).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }
}
