package dev.longstream.trainer.loop;

import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Weights;
import dev.longstream.trainer.learner.Crash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static org.assertj.core.api.Assertions.assertThat;

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
        runs.announce(DType.BF16);
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
    void shouldContinueARunThatAnnouncesRoundedWeights() {
        // Given
        runs.announce(DType.BF16);
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
