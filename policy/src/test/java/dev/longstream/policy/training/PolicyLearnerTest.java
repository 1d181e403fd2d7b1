package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static dev.longstream.policy.training.LearnerFixture.ROUNDING;
import static dev.longstream.policy.training.LearnerFixture.assertClose;
import static dev.longstream.policy.training.LearnerFixture.forEachToken;
import static dev.longstream.policy.training.LearnerFixture.randomGroups;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class PolicyLearnerTest {
    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir
    Path folder;

    @Test
    void shouldScoreTheSameBeforeAndInsideAGradient() {
        List<PromptAnswers> groups = randomGroups(new Random(5), 3);
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 5);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            AnswerScores before = PolicyLearner.score(model, groups, 1);
            AnswerScores inside = learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            forEachToken(groups, (g, a, t) -> assertThat(inside.logProbs()[g][a][t])
                    .isCloseTo(before.logProbs()[g][a][t], within((float) ROUNDING)));
        }
    }

    @Test
    void shouldLeaveEmptyAnswersWithoutScores() {
        List<PromptAnswers> groups = List.of(new PromptAnswers(new int[] {1, 2}, List.of(new int[0], new int[0])));
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 5);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            assertThat(PolicyLearner.score(model, groups, 1).logProbs()).isDeepEqualTo(new float[][][] {{{}, {}}});
            assertThat(learner.accumulate(groups, 1, AnswerScores::logProbs).entropies())
                    .isDeepEqualTo(new float[][][] {{{}, {}}});
            assertThatThrownBy(() -> learner.step(1e-3, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldRefuseAGradientOfAnotherShape() {
        List<PromptAnswers> groups = List.of(new PromptAnswers(new int[] {1, 2}, List.of(new int[] {3})));
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 5);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            assertThatThrownBy(() -> learner.accumulate(groups, 1, scores -> new float[][][] {{{1, 2}}}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 tokens of answer 0 of prompt 0, expected 1");
        }
    }

    @Test
    void shouldMakeTheAnswerLikelierWhenItIsTrainedOn() {
        List<PromptAnswers> groups =
                List.of(new PromptAnswers(new int[] {1, 2, 3}, List.of(new int[] {7, 8}, new int[] {9})));
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 5);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            float before = PolicyLearner.score(model, groups, 1).logProbs()[0][0][1];
            for (int step = 0; step < 20; step++) {
                learner.accumulate(groups, 1, scores -> new float[][][] {{{-1, -1}, {0}}});
                learner.step(1e-2, Double.POSITIVE_INFINITY);
            }
            assertThat(learner.steps()).isEqualTo(20);
            assertThat(PolicyLearner.score(model, groups, 1).logProbs()[0][0][1])
                    .isGreaterThan(before + 1);
        }
    }

    @Test
    void shouldAddUpGradientsUntilTheStep() {
        List<PromptAnswers> groups = randomGroups(new Random(7), 1);
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 7);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            double once = learner.step(0, 1e9);
            learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            assertThat(learner.step(0, 1e9)).isCloseTo(2 * once, within(1e-4 * once));
        }
    }

    @Test
    void shouldClipByTheNormOverAllWeightsAndBothSigns() {
        List<PromptAnswers> groups = randomGroups(new Random(7), 1);
        // Moments after one step are (1 - beta1) times the gradient that was used.
        AdamW settings = new AdamW(0.5, 0.999, 1e-8, 0, DecayedWeights.MATRICES);
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 7);
                PolicyLearner learner = new PolicyLearner(model, settings)) {
            learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            Map<String, float[]> gradients = learner.gradients();
            // When
            double norm = learner.step(0, 0.25);
            // Then
            double squares = 0;
            for (float[] gradient : gradients.values()) {
                for (float value : gradient) {
                    squares += value * value;
                }
            }
            assertThat(norm).isCloseTo(Math.sqrt(squares), within(1e-4 * norm)).isGreaterThan(0.25);
            learner.writeMoments(folder.resolve("moments.safetensors"));
            try (SafeTensors moments = SafeTensors.open(folder.resolve("moments.safetensors"))) {
                gradients.forEach((name, gradient) -> {
                    float[] first = moments.floats("exp_avg." + name);
                    for (int i = 0; i < first.length; i++) {
                        assertThat((double) first[i]).isCloseTo(0.5 * gradient[i] * 0.25 / norm, within(1e-6));
                    }
                });
            }
        }
    }

    @Test
    void shouldLeaveWeightsAndMomentsWhenTheGradientIsNotFinite() {
        List<PromptAnswers> groups = List.of(new PromptAnswers(new int[] {1, 2, 3}, List.of(new int[] {7})));
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 5);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            Map<String, float[]> before = model.weightValues();
            learner.accumulate(groups, 1, scores -> new float[][][] {{{Float.NaN}}});
            // When
            assertThatThrownBy(() -> learner.step(1e-2, 1)).isInstanceOf(NonFiniteGradientException.class);
            // Then
            model.weightValues().forEach((name, values) -> assertThat(values).isEqualTo(before.get(name)));
            assertThat(learner.steps()).isZero();
            learner.accumulate(groups, 1, scores -> new float[][][] {{{1}}});
            assertThat(learner.step(1e-2, 1)).isFinite();
        }
    }

    @Test
    void shouldGoOnFromStoredMomentsAsIfNothingHadHappened() {
        List<PromptAnswers> groups = randomGroups(new Random(9), 2);
        Path moments = folder.resolve("moments.safetensors");
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 9);
                PolicyLearner learner =
                        new PolicyLearner(model, new AdamW(0.9, 0.95, 1e-8, 0.1, DecayedWeights.MATRICES))) {
            train(learner, groups);
            learner.writeMoments(moments);
            try (PolicyModel resumed = model.copy();
                    PolicyLearner again =
                            new PolicyLearner(resumed, new AdamW(0.9, 0.95, 1e-8, 0.1, DecayedWeights.MATRICES))) {
                // When
                again.readMoments(moments);
                train(again, groups);
                train(learner, groups);
                // Then
                assertThat(again.steps()).isEqualTo(2);
                assertClose(resumed.weightValues(), model.weightValues());
            }
        }
    }

    private static void train(PolicyLearner learner, List<PromptAnswers> groups) {
        learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
        learner.step(1e-2, 1);
    }

    @Test
    void shouldNotGatherArraysOverAThousandSteps() {
        List<PromptAnswers> groups =
                List.of(new PromptAnswers(new int[] {1, 2, 3}, List.of(new int[] {7, 8}, new int[] {9})));
        ModelConfig config = RandomPolicy.config(Family.LLAMA, 1, 2, 1, true, false, false);
        try (PolicyModel model = RandomPolicy.model(config, 5);
                PolicyLearner keeping = new PolicyLearner(model, AdamW.DEFAULT);
                PolicyLearner computingTwice = new PolicyLearner(model, AdamW.DEFAULT, 0)) {
            train(keeping, groups);
            train(computingTwice, groups);
            PolicyLearner.score(model, groups, 1);
            int before = TorchEngine.liveArrays();
            for (int step = 0; step < 1000; step++) {
                train(step % 4 == 0 ? computingTwice : keeping, groups);
            }
            PolicyLearner.score(model, groups, 1);
            assertThat(TorchEngine.liveArrays()).isEqualTo(before);
        }
    }

    /** Arrays inside TorchScript are nobody's in Java; the system counts them too. */
    @Test
    void shouldTakeNoMoreOfTheMachineAfterAThousandSteps() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system does not say what is resident");
        // Given
        // A step makes dozens of arrays of 64 KiB and more.
        int[] prompt = new Random(1).ints(1000, 0, 40).toArray();
        List<PromptAnswers> groups = List.of(new PromptAnswers(prompt, List.of(new int[] {7, 8}, new int[] {9})));
        ModelConfig config = RandomPolicy.config(Family.LLAMA, 1, 2, 1, true, false, false);
        try (PolicyModel model = RandomPolicy.model(config, 5);
                PolicyLearner keeping = new PolicyLearner(model, AdamW.DEFAULT);
                PolicyLearner computingTwice = new PolicyLearner(model, AdamW.DEFAULT, 0)) {
            for (int step = 0; step < 100; step++) {
                train(step % 4 == 0 ? computingTwice : keeping, groups);
            }
            long before = residentBytes();
            // When
            for (int step = 0; step < 1000; step++) {
                train(step % 4 == 0 ? computingTwice : keeping, groups);
            }
            // Then
            // A leak of one array a step would take 64 MB.
            assertThat(residentBytes() - before).isLessThan(16 << 20);
        }
    }

    /** Java's heap is used from end to end first, so that it cannot grow into what is counted. */
    private static long residentBytes() throws IOException {
        long heap = Runtime.getRuntime().totalMemory();
        for (long used = 0; used < heap; used += 1 << 20) {
            assertThat(new byte[1 << 20]).hasSize(1 << 20);
        }
        System.gc();
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }
}
