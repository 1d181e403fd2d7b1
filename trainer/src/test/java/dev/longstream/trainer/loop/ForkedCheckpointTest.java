package dev.longstream.trainer.loop;

import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.checkpoint.Checkpoint;
import dev.longstream.trainer.checkpoint.CheckpointException;
import dev.longstream.trainer.checkpoint.Checkpoints;
import dev.longstream.trainer.checkpoint.DurableFiles;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static dev.longstream.trainer.loop.TrainingRuns.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ForkedCheckpointTest {
    @TempDir
    private Path temporary;

    private TrainingRuns runs;
    private FakeLog parent;

    @BeforeEach
    void train() throws IOException {
        runs = new TrainingRuns(temporary);
        parent = FakeLog.withBatches(STEPS);
        runs.run(parent, "parent", Crash.never());
    }

    @Test
    void shouldTrainOnToTheSameBytesFromAStepOfAnotherRun() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        Weights weights = fork(3);
        log.weights.add(weights);
        log.batches.headMap(9L).clear(); // a fork has no batch before its own
        // When
        boolean finished = runs.run(log, "fork", Crash.never());
        // Then
        assertThat(finished).isTrue();
        assertThat(log.steps).extracting(Step::getVersion).containsExactly(4L, 5L);
        assertThat(log.steps)
                .extracting(Step::getWeightsDigest)
                .containsExactly(
                        parent.weights.get(4).getDigest(), parent.weights.get(5).getDigest());
        assertThat(temporary.resolve(weights.getUri()).resolve("model.safetensors"))
                .satisfies(file -> assertThat(SafeTensors.sha256(file)).isEqualTo(weights.getDigest()));
    }

    @Test
    void shouldMeasureKlAgainstTheVersionAtThePhasesStartInTheForkToo() {
        // Given
        TrainerConfig config = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP),
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP, ReferencePolicy.PHASE_START));
        FakeLog own = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
        runs.run(own, "own", Crash.never(), config);
        FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
        log.weights.add(ForkedCheckpoint.read(temporary.resolve("own"), 3)
                .copyTo(temporary.resolve("fork"), "config", Set.of(1)));
        log.batches.headMap(9L).clear();
        // When
        boolean finished = runs.run(log, "fork", Crash.never(), config);
        // Then
        assertThat(finished).isTrue();
        assertThat(log.steps)
                .extracting(Step::getKlToInitial)
                .containsExactly(
                        own.steps.get(3).getKlToInitial(), own.steps.get(4).getKlToInitial());
    }

    @Test
    void shouldBeginWithAVersionThatIsReadWhole() {
        // Given
        runs.announce(AnnouncedFormat.BFLOAT16_WITH_DELTAS);
        FakeLog own = FakeLog.withBatches(STEPS);
        runs.run(own, "rounded", Crash.never());
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        log.weights.add(ForkedCheckpoint.read(temporary.resolve("rounded"), 3)
                .copyTo(temporary.resolve("fork"), "config", Set.of()));
        log.batches.headMap(9L).clear();
        runs.run(log, "fork", Crash.never());
        // Then
        assertThat(own.weights.get(3).getDelta()).isNotNull();
        assertThat(log.weights.get(0).getDelta()).isNull();
        assertThat(temporary.resolve("fork/step-000003/bfloat16.delta")).doesNotExist();
        assertThat(log.weights.get(1).getDelta().getBaseVersion()).isEqualTo(3);
    }

    @Test
    void shouldCopyOnceWhenItIsRepeated() {
        assertThat(fork(4)).isEqualTo(fork(4));
        try (Checkpoints copies = runs.checkpoints("fork", "config", new DurableFiles())) {
            assertThat(copies.restore()).map(Checkpoint::step).contains(4L);
        }
    }

    @Test
    void shouldNameTheWholeCheckpointsWhenAStepHasNone() throws IOException {
        assertThatThrownBy(() -> fork(2))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("Version 2 in")
                .hasMessageContaining("no moments any more")
                .hasMessageContaining("Whole checkpoints: [3, 4, 5]");
        assertThatThrownBy(() -> fork(7))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("There is no checkpoint")
                .hasMessageContaining("[3, 4, 5]");
        Files.write(temporary.resolve("parent/step-000004/moments.safetensors"), new byte[] {1});
        assertThatThrownBy(() -> fork(4))
                .hasMessageContaining("step-000004 is damaged: moments.safetensors has SHA-256");
    }

    private Weights fork(long step) {
        return ForkedCheckpoint.read(temporary.resolve("parent"), step)
                .copyTo(temporary.resolve("fork"), "config", Set.of(1));
    }
}
