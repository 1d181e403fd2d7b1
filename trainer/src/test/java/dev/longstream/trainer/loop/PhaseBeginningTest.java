package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static dev.longstream.trainer.loop.TrainingRuns.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Checks what begins anew with a phase: the rise of the learning rate, and the reference policy. */
class PhaseBeginningTest {
    private static final PhaseTraining FIRST = phase(LossSettings.DEFAULT, MomentsAtStart.KEEP);
    private static final TrainerConfig RESET = config(FIRST, phase(LossSettings.DEFAULT, MomentsAtStart.RESET));
    private static final TrainerConfig PHASE_START =
            config(FIRST, phase(LossSettings.DEFAULT, MomentsAtStart.KEEP, ReferencePolicy.PHASE_START));

    @TempDir
    private Path temporary;

    private TrainingRuns runs;

    @BeforeEach
    void makeStart() throws IOException {
        runs = new TrainingRuns(temporary);
    }

    @Test
    void shouldRaiseTheLearningRateAgainWhereMomentsWereReset() {
        // When
        List<Step> kept = runs.stepsOf("keep", config(FIRST, FIRST), 2, 4);
        List<Step> reset = runs.stepsOf("reset", RESET, 2, 4);
        // Then
        // Moments are reset at batch 2, and the rate rises over two steps, whichever phase they are of.
        assertThat(reset.get(1).getLearningRate()).isEqualTo(kept.get(1).getLearningRate());
        assertThat(reset.get(2).getLearningRate()).isEqualTo(kept.get(2).getLearningRate() / 2);
        assertThat(reset.get(3).getLearningRate()).isEqualTo(kept.get(3).getLearningRate());
    }

    @Test
    void shouldMeasureKlAgainstThePolicyAtThePhasesStart() {
        // When
        List<Step> initial = runs.stepsOf("initial", config(FIRST, FIRST), 2, 4);
        List<Step> own = runs.stepsOf("own", PHASE_START, 2, 4);
        // Then
        assertThat(own.get(1).getKlToInitial()).isEqualTo(initial.get(1).getKlToInitial());
        assertThat(own.get(2).getKlToInitial()).isCloseTo(0, within(1e-12)); // batch 2 is the first of its phase
        assertThat(own.get(3).getKlToInitial()).isEqualTo(initial.get(3).getKlToInitial()); // of the first phase
        assertThat(own.get(4).getKlToInitial())
                .isPositive()
                .isNotEqualTo(initial.get(4).getKlToInitial());
    }

    @Test
    void shouldBeginAPhaseTheSameWayWhereverTheProcessIsKilled() {
        for (TrainerConfig config : List.of(RESET, PHASE_START)) {
            List<Step> undisturbed = runs.stepsOf("undisturbed-" + config.hashCode(), config, 1, 3, 4);
            for (int point = 10; point < 60; point += 7) {
                // Given
                FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(1, 3, 4);
                String folder = "killed-at-" + point + "-" + config.hashCode();
                int at = point;
                // When
                assertThatThrownBy(() -> runs.run(log, folder, Crash.at(at), config));
                runs.run(log, folder, Crash.never(), config);
                // Then
                assertThat(log.steps).as("after a kill at point %d", point).isEqualTo(undisturbed);
            }
        }
    }

    @Test
    void shouldKeepTheWeightsOfAReferenceWhileStepsAreMadeAgain() {
        // Given
        TrainerConfig config =
                config(STEPS, FIRST, phase(LossSettings.DEFAULT, MomentsAtStart.KEEP, ReferencePolicy.PHASE_START));
        Crash counting = Crash.never();
        FakeLog undisturbed = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
        runs.run(undisturbed, "undisturbed", counting, config);
        for (int before = 4; before < 20; before += 5) {
            FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
            Crash crash = Crash.at(counting.passed() - before);
            String folder = "killed-" + before;
            // When
            assertThatThrownBy(() -> runs.run(log, folder, crash, config));
            boolean finished = runs.run(log, folder, Crash.never(), config);
            // Then
            // Version 0 is the last whole one before version 5, so all others may have been made again.
            assertThat(finished).isTrue();
            assertThat(log.steps).isEqualTo(undisturbed.steps);
        }
    }

    @Test
    void shouldKeepTheWeightsOfAReferenceAndSayWhenTheyAreGone() throws IOException {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
        runs.run(log, "run", Crash.never(), PHASE_START);
        Path weights = temporary.resolve("run/step-000001/model/model.safetensors");
        assertThat(weights).exists();
        // When
        FakeLog again = FakeLog.withBatches(STEPS).inSecondPhase(1, 2, 3, 4);
        assertThatThrownBy(() -> runs.run(again, "stopped", Crash.at(55), PHASE_START));
        Files.delete(temporary.resolve("stopped/step-000001/model/model.safetensors"));
        // Then
        assertThatThrownBy(() -> runs.run(again, "stopped", Crash.never(), PHASE_START))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("KL is measured against version 1")
                .hasMessageContaining("has no undamaged weights of it");
    }
}
