package dev.longstream.trainer.loop;

import dev.longstream.record.Batch;
import dev.longstream.record.StepSlice;
import dev.longstream.record.VersionRun;
import dev.longstream.trainer.batch.BatchAssembly;
import dev.longstream.trainer.batch.TrainingAnswer;
import dev.longstream.trainer.batch.TrainingBatch;
import dev.longstream.trainer.batch.TrainingGroup;
import dev.longstream.trainer.learner.BigramLearners;
import dev.longstream.trainer.learner.Crash;
import dev.longstream.trainer.learner.Learner;
import dev.longstream.trainer.learner.Scorer;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.objective.Clip;
import dev.longstream.trainer.objective.EntropyTerm;
import dev.longstream.trainer.objective.ImportanceCorrection;
import dev.longstream.trainer.objective.KlEstimate;
import dev.longstream.trainer.objective.KlTerm;
import dev.longstream.trainer.objective.LossMasks;
import dev.longstream.trainer.objective.LossReduction;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.objective.NegativeMask;
import dev.longstream.trainer.objective.OffPolicyFilter;
import dev.longstream.trainer.objective.Proximal;
import dev.longstream.trainer.objective.RatioLevel;
import dev.longstream.trainer.objective.RejectedTokens;
import dev.longstream.trainer.objective.Rejection;
import dev.longstream.trainer.objective.TruncatedAnswers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

class BatchPassTest {
    private static final long VERSION = 5;
    private static final int EVERYTHING = 1_000;
    private static final int ONE_ANSWER = 1;

    /** Everything that asks for the whole batch at once, and what looks at entropies and at the reference. */
    private static final LossSettings OF_THE_WHOLE_BATCH = settings(
            new ImportanceCorrection(ImportanceCorrection.Kind.TRUNCATE, RatioLevel.TOKEN, 0, 2, true),
            List.of(new Rejection(Rejection.Level.TOKEN, KlEstimate.K2, 0, 0.9)),
            RejectedTokens.LEAVE_DENOMINATOR,
            new EntropyTerm(0.1, true, 0.8),
            new NegativeMask(0, 0, NegativeMask.Clipped.TOKENS, 0.3));

    @TempDir
    private Path temporary;

    private Path start;

    @BeforeEach
    void writeStart() throws IOException {
        start = BigramLearners.start(temporary.resolve("start"));
    }

    @Test
    void shouldGiveTheSameGradientHoweverTheBatchIsCut() {
        for (LossSettings settings : List.of(LossSettings.DEFAULT, OF_THE_WHOLE_BATCH)) {
            // When
            Outcome whole = run(settings, EVERYTHING, false);
            Outcome cut = run(settings, ONE_ANSWER, false);
            // Then
            assertThat(whole.norm).isPositive();
            assertThat(cut.norm).isCloseTo(whole.norm, within(1e-5 * whole.norm));
            assertThat(cut.measures.loss()).isCloseTo(whole.measures.loss(), within(1e-6));
            assertThat(cut.measures.counts().rejectedShare())
                    .isEqualTo(whole.measures.counts().rejectedShare());
            assertThat(cut.measures.counts().maskedShare())
                    .isEqualTo(whole.measures.counts().maskedShare());
        }
    }

    @Test
    void shouldSayWhatWasRejectedAndMasked() {
        Outcome outcome = run(OF_THE_WHOLE_BATCH, EVERYTHING, false);

        assertThat(outcome.measures.counts().tokens()).isEqualTo(9);
        assertThat(outcome.measures.counts().rejectedShare()).isStrictlyBetween(0.0, 1.0);
        assertThat(outcome.measures.counts().maskedShare()).isStrictlyBetween(0.0, 1.0);
        assertThat(outcome.measures.counts().weightMean()).isCloseTo(1, within(1e-9));
    }

    @Test
    void shouldSayTheSameByPhaseAndInputLengthHoweverTheBatchIsCut() {
        for (int microBatch : new int[] {EVERYTHING, ONE_ANSWER}) {
            StepMeasures measures = run(LossSettings.DEFAULT, microBatch, false).measures;

            List<StepSlice> slices = measures.slices();
            assertThat(slices)
                    .extracting(
                            StepSlice::getPhaseIndex,
                            StepSlice::getMoreThan,
                            StepSlice::getUpTo,
                            StepSlice::getGroups,
                            StepSlice::getTrajectories,
                            StepSlice::getCompletionTokens,
                            StepSlice::getReward,
                            StepSlice::getResponseLength)
                    .containsExactly(tuple(0, 1, 2, 1, 2, 5L, 0.5, 2.5), tuple(1, 0, 1, 1, 2, 4L, 0.5, 2.0));
            assertThat(slices.stream()
                            .mapToDouble(slice -> slice.getEntropy() * slice.getCompletionTokens())
                            .sum())
                    .isCloseTo(9 * measures.entropy(), within(1e-5));
            assertThat(slices)
                    .allSatisfy(slice -> assertThat(slice.getKlToInitial()).isZero());
        }
    }

    @Test
    void shouldKeepNegativesMaskedBetweenTheThresholdsOfEntropy() {
        // Given
        // The thresholds lie below and above the batch's entropy.
        LossSettings aepo = settings(
                ImportanceCorrection.NONE,
                List.of(),
                RejectedTokens.STAY_IN_DENOMINATOR,
                EntropyTerm.NONE,
                new NegativeMask(0.01, 5, NegativeMask.Clipped.NOTHING, 0));
        // Then
        // The mask stays as it was in the step before.
        assertThat(run(aepo, EVERYTHING, true).measures.counts().negativesMasked())
                .isTrue();
        assertThat(run(aepo, EVERYTHING, true).measures.counts().maskedShare()).isPositive();
        assertThat(run(aepo, EVERYTHING, false).measures.counts().negativesMasked())
                .isFalse();
        assertThat(run(aepo, EVERYTHING, false).measures.counts().maskedShare()).isZero();
    }

    @Test
    void shouldWeightKlByTheRatioBecauseAnotherPolicySampledTheTokens() {
        // Given
        // The behaviour policy sampled the first token three times as often as π, and the second one half as often.
        TrainingGroup group = batch().groups().get(0);
        float[] behaviour = {(float) Math.log(0.6), (float) Math.log(0.2)};
        float[] policy = {(float) Math.log(0.2), (float) Math.log(0.4)};
        float[] reference = {(float) Math.log(0.4), (float) Math.log(0.3)};
        TrainingAnswer answer =
                new TrainingAnswer(0, new int[] {1, 2}, behaviour, List.of(new VersionRun(VERSION, 2)), 1, 1, false);
        StepMeasures measures = new StepMeasures(VERSION, false);
        // When
        measures.addKl(group, answer, policy, reference);
        // Then
        double first = 2 - Math.log(2) - 1; // k3 with π_ref/π = 2
        double second = 0.75 - Math.log(0.75) - 1;
        assertThat(measures.klToInitial().orElseThrow())
                .isCloseTo((first / 3 + second * 2) / (1.0 / 3 + 2), within(1e-6));
    }

    @Test
    void shouldApplyWhatTheManifestSaysOfTheBatch() {
        // Given
        // Both groups have advantages −0.5 and 0.5.
        FakeLog log = FakeLog.withBatches(1);
        Batch manifest = log.batches.firstEntry().getValue();
        manifest.getGroups().get(1).setAdvantageShift(0.1);
        manifest.getGroups().get(1).setAdvantageDivisor(0.2);
        // When
        TrainingBatch batch = BatchAssembly.assemble(manifest, 0, log.source());
        // Then
        assertThat(batch.groups().get(0).answers())
                .extracting(TrainingAnswer::advantage)
                .containsExactly(-0.5, 0.5);
        assertThat(batch.groups().get(1).answers())
                .extracting(TrainingAnswer::advantage)
                .containsExactly((-0.5 - 0.1) / 0.2, (0.5 - 0.1) / 0.2);
    }

    private record Outcome(StepMeasures measures, double norm) {}

    private Outcome run(LossSettings settings, int microBatchTokens, boolean negativesMasked) {
        BigramLearners learners = new BigramLearners(Crash.never());
        try (Learner learner = learners.open(start, start, TrainerConfig.DEFAULT.optimizer());
                Scorer initial = learners.openFrozen(start)) {
            StepMeasures measures = new StepMeasures(VERSION, negativesMasked);
            boolean done = new BatchPass(microBatchTokens, () -> false, () -> {})
                    .run(batch(), settings, new IdentityHashMap<>(), measures, learner, Optional.of(initial));
            assertThat(done).isTrue();
            return new Outcome(measures, learner.step(0.1, Double.POSITIVE_INFINITY));
        }
    }

    private static TrainingBatch batch() {
        return new TrainingBatch(
                FakeLog.withBatches(1).batches.firstEntry().getValue(),
                List.of(
                        new TrainingGroup(
                                "a", 0, new int[] {1, 2}, 1, List.of(answer(0, 1, 3, 4, 5), answer(1, -1, 6, 2))),
                        new TrainingGroup(
                                "b", 1, new int[] {3}, 1, List.of(answer(0, -0.5, 1), answer(1, 0.5, 5, 5, 0)))));
    }

    private static TrainingAnswer answer(int sample, double advantage, int... tokens) {
        float[] behaviour = new float[tokens.length];
        for (int token = 0; token < tokens.length; token++) {
            behaviour[token] = -1.2f - 0.3f * ((token + sample) % 3);
        }
        List<VersionRun> versions = List.of(new VersionRun(VERSION - 1, tokens.length));
        return new TrainingAnswer(sample, tokens, behaviour, versions, advantage, advantage > 0 ? 1 : 0, false);
    }

    private static LossSettings settings(
            ImportanceCorrection correction,
            List<Rejection> rejections,
            RejectedTokens rejectedTokens,
            EntropyTerm entropy,
            NegativeMask negatives) {
        return new LossSettings(
                new Clip(RatioLevel.TOKEN, 0.2, 0.28, 3, 0),
                Proximal.CURRENT,
                20,
                new LossReduction(Aggregation.SEQUENCE_MEAN, 0),
                correction,
                new OffPolicyFilter(rejections, rejectedTokens, 0),
                new KlTerm(KlEstimate.K3, 0.1, 0, false),
                entropy,
                new LossMasks(negatives, TruncatedAnswers.TRAIN));
    }
}
