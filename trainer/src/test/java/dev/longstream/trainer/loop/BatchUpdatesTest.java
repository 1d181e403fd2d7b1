package dev.longstream.trainer.loop;

import dev.longstream.record.Step;
import dev.longstream.record.VersionRun;
import dev.longstream.record.Weights;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.objective.LossMasks;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.Proximal;
import dev.longstream.trainer.objective.TruncatedAnswers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import static dev.longstream.trainer.loop.TrainingRuns.STEPS;
import static dev.longstream.trainer.loop.TrainingRuns.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Checks gradient steps of several updates. */
class BatchUpdatesTest {
    private static final UpdateSettings FOUR = new UpdateSettings(2, 2);
    private static final double RATE = 0.5;
    private static final LossSettings CURRENT = settings(Proximal.CURRENT, TruncatedAnswers.TRAIN);
    private static final LossSettings LEAVES_OUT =
            settings(LossSettings.DEFAULT.proximal(), TruncatedAnswers.LEAVE_OUT);

    @TempDir
    private Path temporary;

    private Path start;
    /** Log-probabilities of an answer after the last run, which stand for the weights. */
    private float[] weights = {};

    @BeforeEach
    void makeStart() throws IOException {
        start = BigramLearners.start(temporary.resolve("first"));
    }

    @Test
    void shouldCutEachEpochIntoPartsOfWholeGroupsInTheOrderOfSeedAndBatch() {
        // Given
        TrainingBatch batch = batch(0, 5);
        UpdateSettings settings = new UpdateSettings(2, 3);
        // When
        List<List<String>> parts = ids(settings.of(batch, 1));
        // Then
        assertThat(parts).hasSize(6).extracting(List::size).containsExactly(2, 3, 2, 3, 2, 3);
        for (int epoch = 0; epoch < 3; epoch++) {
            List<String> all = new ArrayList<>(parts.get(2 * epoch));
            all.addAll(parts.get(2 * epoch + 1));
            assertThat(all).containsExactlyInAnyOrder("g0", "g1", "g2", "g3", "g4");
        }
        assertThat(ids(settings.of(batch, 1))).isEqualTo(parts);
        assertThat(ids(settings.of(batch, 2))).isNotEqualTo(parts);
        assertThat(ids(settings.of(batch(1, 5), 1))).isNotEqualTo(parts);
        assertThat(parts.subList(2, 4)).isNotEqualTo(parts.subList(0, 2));
        assertThat(new UpdateSettings(8, 1).of(batch, 1)).hasSize(5);
    }

    @Test
    void shouldUpdateWithEachMiniBatchLikeWithABatchOfItsGroups() {
        // Given
        List<TrainingBatch> parts = new UpdateSettings(2, 1).of(batch(0, 4), 1);
        // When
        GradientStep together = run(new UpdateSettings(2, 1), LossSettings.DEFAULT, batch(0, 4));
        float[] after = weights;
        List<GradientStep> apart = run(LossSettings.DEFAULT, parts);
        // Then
        assertThat(together.measures().updates()).isEqualTo(2);
        assertThat(after).containsExactly(weights);
        assertThat(together.gradientNorm())
                .isCloseTo((apart.get(0).gradientNorm() + apart.get(1).gradientNorm()) / 2, within(1e-12));
        assertThat(together.measures().loss())
                .isCloseTo(
                        (apart.get(0).measures().loss()
                                        + apart.get(1).measures().loss())
                                / 2,
                        within(1e-9));
    }

    @Test
    void shouldMeasureTheRatioToThePolicyBeforeTheFirstUpdate() {
        // When
        GradientStep one = run(UpdateSettings.DEFAULT, CURRENT, batch(0, 4));
        GradientStep four = run(new UpdateSettings(1, 4), CURRENT, batch(0, 4));
        // Then
        assertThat(one.measures().counts().approximateKl()).isZero();
        assertThat(four.measures().counts().approximateKl()).isNotZero();
        assertThat(four.measures().counts().clipFraction()).isPositive();
    }

    @Test
    void shouldCountAnswersOnceAndMeasureTheMismatchBeforeTheFirstUpdate() {
        // When
        StepMeasures once =
                run(UpdateSettings.DEFAULT, LossSettings.DEFAULT, batch(0, 4)).measures();
        StepMeasures thrice =
                run(new UpdateSettings(1, 3), LossSettings.DEFAULT, batch(0, 4)).measures();
        // Then
        assertThat(thrice.mismatch()).isEqualTo(once.mismatch());
        assertThat(thrice.mismatchTokens()).isEqualTo(once.mismatchTokens()).isPositive();
        assertThat(thrice.stalenessMean()).isCloseTo(once.stalenessMean(), within(1e-12));
        assertThat(thrice.slices()).hasSameSizeAs(once.slices());
        for (int slice = 0; slice < once.slices().size(); slice++) {
            assertThat(thrice.slices().get(slice).getTrajectories())
                    .isEqualTo(once.slices().get(slice).getTrajectories());
            assertThat(thrice.slices().get(slice).getReward())
                    .isEqualTo(once.slices().get(slice).getReward());
        }
        assertThat(thrice.entropy()).isNotEqualTo(once.entropy()).isCloseTo(once.entropy(), within(0.5));
    }

    @Test
    void shouldTrainEachBatchOnceWhereverTheProcessIsKilledBetweenUpdates() throws IOException {
        // Given
        TrainingRuns runs = new TrainingRuns(temporary);
        FakeLog undisturbed = FakeLog.withBatches(STEPS);
        Crash counting = Crash.never();
        runs.run(undisturbed, "undisturbed", counting, config(FOUR, 1));
        Random random = new Random(3);
        for (int trial = 0; trial < 25; trial++) {
            FakeLog log = FakeLog.withBatches(STEPS);
            String folder = "killed-" + trial;
            Crash crash = Crash.at(random.nextInt(counting.passed()));
            // When
            assertThatThrownBy(() -> runs.run(log, folder, crash, config(FOUR, 1)));
            runs.run(log, folder, Crash.never(), config(FOUR, 1));
            // Then
            assertThat(log.steps).isEqualTo(undisturbed.steps);
            assertThat(log.weights).extracting(Weights::getVersion).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        }
        assertThat(undisturbed.steps).extracting(Step::getUpdates).containsOnly(4);
        assertThat(undisturbed.steps).extracting(Step::getTrajectories).containsOnly(4);
    }

    @Test
    void shouldLeaveTruncatedAnswersOutOfLossAndDenominators() {
        // Given
        TrainingBatch cut = new TrainingBatch(
                batch(0, 1).manifest(),
                List.of(group(0, answer(1, false), answer(-0.5, true)), group(1, answer(0.7, true))));
        TrainingBatch without = new TrainingBatch(batch(0, 1).manifest(), List.of(group(0, answer(1, false))));
        // When
        GradientStep step = run(UpdateSettings.DEFAULT, LEAVES_OUT, cut);
        float[] after = weights;
        // Then
        GradientStep expected = run(UpdateSettings.DEFAULT, LossSettings.DEFAULT, without);
        assertThat(after).containsExactly(weights);
        assertThat(step.measures().loss()).isEqualTo(expected.measures().loss());
        run(UpdateSettings.DEFAULT, LossSettings.DEFAULT, cut);
        assertThat(after).isNotEqualTo(weights);
    }

    @Test
    void shouldKeepTheWeightsWhenEveryAnswerIsTruncated() {
        // Given
        TrainingBatch cut = new TrainingBatch(batch(0, 1).manifest(), List.of(group(0, answer(1, true))));
        // When
        List<GradientStep> steps = run(LEAVES_OUT, List.of(batch(0, 2), cut));
        float[] after = weights;
        // Then
        assertThat(steps.get(1).gradientNorm()).isZero();
        assertThat(steps.get(1).measures().updates()).isZero();
        run(LEAVES_OUT, List.of(batch(0, 2)));
        assertThat(after).containsExactly(weights);
    }

    private GradientStep run(UpdateSettings settings, LossSettings loss, TrainingBatch batch) {
        return run(settings, loss, List.of(batch)).get(0);
    }

    private List<GradientStep> run(LossSettings loss, List<TrainingBatch> batches) {
        return run(UpdateSettings.DEFAULT, loss, batches);
    }

    private List<GradientStep> run(UpdateSettings settings, LossSettings loss, List<TrainingBatch> batches) {
        BatchPass pass = new BatchPass(8, () -> false, () -> {});
        try (Learner learner =
                new BigramLearners(Crash.never()).open(start, start, TrainerConfig.DEFAULT.optimizer())) {
            BatchUpdates updates = new BatchUpdates(settings, 1, 1, pass);
            List<GradientStep> steps = batches.stream()
                    .map(batch -> updates.run(
                                    batch, loss, false, 0, learner, Optional.empty(), RATE, new PartTimer(() -> 0))
                            .orElseThrow())
                    .toList();
            weights = learner.score(List.of(group(0, answer(1, false)).promptAnswers()), 1)
                    .logProbs()[0][0];
            return steps;
        }
    }

    private static LossSettings settings(Proximal proximal, TruncatedAnswers truncated) {
        LossSettings plain = LossSettings.DEFAULT;
        return new LossSettings(
                plain.surrogate(),
                proximal,
                plain.logRatioClamp(),
                plain.reduction(),
                plain.correction(),
                plain.filter(),
                plain.kl(),
                plain.entropy(),
                new LossMasks(plain.masks().negatives(), truncated));
    }

    private static List<List<String>> ids(List<TrainingBatch> parts) {
        return parts.stream()
                .map(part -> part.groups().stream().map(TrainingGroup::groupId).toList())
                .toList();
    }

    private static TrainingBatch batch(int number, int groups) {
        return new TrainingBatch(
                FakeLog.withBatches(number + 1).batches.lastEntry().getValue(),
                IntStream.range(0, groups)
                        .mapToObj(group -> group(group, answer(1, false), answer(-1, false)))
                        .toList());
    }

    private static TrainingGroup group(int number, TrainingAnswer... answers) {
        return new TrainingGroup("g" + number, 0, new int[] {number % 7}, 1, List.of(answers));
    }

    private static TrainingAnswer answer(double advantage, boolean truncated) {
        int[] tokens = advantage > 0 ? new int[] {3, 4} : new int[] {5, 1, 2};
        float[] behaviour = new float[tokens.length];
        Arrays.fill(behaviour, -1.7f);
        return new TrainingAnswer(
                0,
                tokens,
                behaviour,
                List.of(new VersionRun(0L, tokens.length)),
                advantage,
                advantage > 0 ? 1 : 0,
                truncated);
    }
}
