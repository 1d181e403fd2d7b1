package dev.longstream.trainer.loop;

import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.record.Batch;
import dev.longstream.record.Group;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.trainer.batch.BatchException;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.objective.EntropyTerm;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.MomentsAtStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static dev.longstream.trainer.loop.TrainingRuns.phase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class TrainingLoopTest {
    @TempDir
    private Path temporary;

    private TrainingRuns runs;

    @BeforeEach
    void makeStart() throws IOException {
        runs = new TrainingRuns(temporary);
    }

    @Test
    void shouldMakeOneVersionOfEachBatchAndAnnounceItInOrder() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        List<Step> heard = new ArrayList<>();
        // When
        boolean finished = runs.run(log, "run", Crash.never(), heard::add);
        // Then
        assertThat(finished).isTrue();
        assertThat(log.weights).extracting(Weights::getVersion).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(log.steps).extracting(Step::getVersion).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(log.steps).extracting(Step::getBatch).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(heard).isEqualTo(log.steps);
        assertThat(log.weights).extracting(Weights::getDigest).doesNotHaveDuplicates();
        Weights last = log.weights.get(STEPS);
        assertThat(last.getUri()).isEqualTo("run/step-000005/model");
        assertThat(temporary.resolve(last.getUri()).resolve("model.safetensors"))
                .exists()
                .hasSize(last.getBytes())
                .satisfies(file -> assertThat(SafeTensors.sha256(file)).isEqualTo(last.getDigest()));
    }

    @Test
    void shouldSayWhatTheStepDid() {
        // Given
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        runs.run(log, "run", Crash.never());
        // Then
        Step first = log.steps.get(0);
        assertThat(first.getGroups()).isEqualTo(2);
        assertThat(first.getTrajectories()).isEqualTo(4); // the failed ones are no part of it
        assertThat(first.getCompletionTokens()).isEqualTo(12);
        assertThat(first.getPromptTokens()).isEqualTo(6);
        assertThat(first.getReward()).isEqualTo(0.5);
        assertThat(first.getRewardDeviation()).isEqualTo(Math.sqrt(1.0 / 3), within(1e-12));
        assertThat(first.getKlToInitial()).isZero(); // version 0 is the initial policy
        assertThat(first.getResponseLength()).isEqualTo(3);
        assertThat(first.getInputLength()).isEqualTo(3);
        assertThat(first.getStalenessMax()).isZero();
        assertThat(first.getMismatchTokens()).isEqualTo(12);
        assertThat(first.getGradientNorm()).isPositive();
        assertThat(first.getSeconds()).containsOnlyKeys("wait", "fetch", "forward-backward", "optimizer", "checkpoint");
        assertThat(first.getConfigDigest()).isEqualTo("config");
        Step second = log.steps.get(1);
        assertThat(second.getKlToInitial()).isPositive();
        assertThat(second.getStalenessMax()).isEqualTo(1);
        assertThat(second.getStalenessMean()).isEqualTo(1.0 / 3, within(1e-12));
        assertThat(second.getMismatchTokens()).isEqualTo(8);
    }

    @Test
    void shouldGiveTheSameDigestsWhenTheSameBatchesAreTrainedTwice() {
        FakeLog once = FakeLog.withBatches(STEPS);
        FakeLog twice = FakeLog.withBatches(STEPS);
        runs.run(once, "once", Crash.never());
        runs.run(twice, "twice", Crash.never());
        assertThat(twice.steps).isEqualTo(once.steps);
    }

    @Test
    void shouldTrainEveryBatchByTheObjectiveOfItsPhase() {
        // Given
        LossSettings plain = LossSettings.DEFAULT;
        LossSettings bonus = plain.withEntropy(new EntropyTerm(0.1, true, 1));
        List<Step> run =
                runs.stepsOf("own", config(phase(plain, MomentsAtStart.KEEP), phase(bonus, MomentsAtStart.KEEP)), 2, 4);
        List<Step> alike = runs.stepsOf("alike", config(phase(plain, MomentsAtStart.KEEP)), 2, 4);
        // Then
        // The second phase changes nothing in batches of the first.
        assertThat(run.subList(0, 2))
                .extracting(Step::getWeightsDigest)
                .isEqualTo(
                        alike.subList(0, 2).stream().map(Step::getWeightsDigest).toList());
        assertThat(run.get(2).getLoss()).isNotEqualTo(alike.get(2).getLoss());
        assertThat(run.get(2).getPhase()).isEqualTo("two");
    }

    @Test
    void shouldForgetMomentsOnceWhereAPhaseBegins() {
        // Given
        // The phases of the batches are one, one, two, one, two.
        TrainerConfig keep = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.KEEP));
        TrainerConfig reset = config(
                phase(LossSettings.DEFAULT, MomentsAtStart.KEEP), phase(LossSettings.DEFAULT, MomentsAtStart.RESET));
        // When
        List<Step> kept = runs.stepsOf("keep", keep, 2, 4);
        List<Step> run = runs.stepsOf("reset", reset, 2, 4);
        // Then
        // Weights differ from batch 2 on, where the second phase begins.
        List<String> forgotten = new ArrayList<>();
        for (int batch = 2; batch < STEPS; batch++) {
            forgotten.add(
                    run.get(batch).getWeightsDigest().equals(kept.get(batch).getWeightsDigest()) ? "same" : "other");
        }
        assertThat(run.subList(0, 2))
                .extracting(Step::getWeightsDigest)
                .isEqualTo(
                        kept.subList(0, 2).stream().map(Step::getWeightsDigest).toList());
        assertThat(forgotten).containsOnly("other");
        // A phase begins once: batch 4 keeps the moments.
        assertThat(runs.stepsOf("two-resets", reset, 2, 3, 4).get(2).getWeightsDigest())
                .isEqualTo(run.get(2).getWeightsDigest());
    }

    @Test
    void shouldKeepTheNewestWholeAndTheWeightsOfChosenVersions() {
        // When
        runs.run(FakeLog.withBatches(STEPS), "run", Crash.never());
        // Then
        Path run = temporary.resolve("run");
        assertThat(run.resolve("step-000001")).doesNotExist();
        for (int kept : new int[] {0, 2}) {
            assertThat(run.resolve("step-00000" + kept + "/model/model.safetensors"))
                    .exists();
            assertThat(run.resolve("step-00000" + kept + "/moments.safetensors"))
                    .doesNotExist();
        }
        for (int whole : new int[] {3, 4, 5}) {
            assertThat(run.resolve("step-00000" + whole + "/moments.safetensors"))
                    .exists();
        }
    }

    @Test
    void shouldStopBetweenMicroBatchesAndGoOnFromTheCheckpoint() {
        // Given
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        runs.run(undisturbed, "undisturbed", Crash.never());
        FakeLog log = FakeLog.withBatches(STEPS);
        // When
        List<TrainingLoop> loops = new ArrayList<>();
        boolean finished = runs.run(
                log,
                "run",
                Crash.never(),
                step -> {
                    if (step.getVersion() == 2) {
                        loops.get(0).stop();
                    }
                },
                loops);
        // Then
        assertThat(finished).isFalse();
        assertThat(log.weights).hasSize(3);
        assertThat(runs.run(log, "run", Crash.never())).isTrue();
        assertThat(log.steps).isEqualTo(undisturbed.steps);
    }

    @Test
    void shouldFinishWithTheLastVersionOfARunThatEndsEarly() {
        // Given
        FakeLog log = FakeLog.withBatches(2);
        List<TrainingLoop> loops = new ArrayList<>();
        log.onIdle = () -> loops.get(0).endAt(2); // the note on the log comes after the step
        // When
        boolean finished = runs.run(log, "run", Crash.never(), step -> {}, loops);
        // Then
        assertThat(finished).isTrue();
        assertThat(log.steps).hasSize(2);
    }

    @Test
    void shouldRefuseABatchThatDoesNotFollowTheCheckpoint() {
        FakeLog log = FakeLog.withBatches(STEPS);
        log.batches.pollFirstEntry();
        assertThatThrownBy(() -> runs.run(log, "run", Crash.never()))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("The next batch is number 1")
                .hasMessageContaining("expected 0");
    }

    @Test
    void shouldRefuseRecordsThatDoNotFitTogether() {
        refused(
                log -> log.groups.remove(firstGroup(log)),
                "Batch 0 cannot be trained on: group prompt-0@0 is missing at");
        refused(
                log -> trajectory(log).setTokens(List.of(1, 2)),
                "sample 0 of group prompt-0@0 has 2 tokens, its group states 3");
        refused(
                log -> trajectory(log).setBehaviourLogProbs(List.of(-1f)),
                "sample 0 of group prompt-0@0 has 3 tokens and 1 behaviour log-probabilities");
        refused(
                log -> trajectory(log).getVersions().get(0).setVersion(3L),
                "has tokens of policy version 3, but version 0 is being trained");
        refused(log -> trajectory(log).setPromptTokens(null), "carries the prompt's tokens");
        refused(log -> group(log).getMembers().forEach(member -> member.setAdvantage(null)), null);
    }

    private void refused(Consumer<FakeLog> breakIt, String message) {
        FakeLog log = FakeLog.withBatches(1);
        breakIt.accept(log);
        if (message == null) {
            log.groups.values().forEach(group -> group.getMembers().forEach(member -> member.setAdvantage(null)));
        }
        assertThatThrownBy(() -> runs.run(log, "refused-" + refusals++, Crash.never()))
                .isInstanceOf(BatchException.class)
                .hasMessageContaining(message == null ? "nothing to train on" : message);
    }

    private int refusals;

    private static RecordRef firstGroup(FakeLog log) {
        Batch batch = log.batches.firstEntry().getValue();
        return batch.getGroups().get(0).getGroup();
    }

    private static Group group(FakeLog log) {
        return log.groups.get(firstGroup(log));
    }

    private static Trajectory trajectory(FakeLog log) {
        return log.trajectories.get(group(log).getMembers().get(0).getTrajectory());
    }
}
