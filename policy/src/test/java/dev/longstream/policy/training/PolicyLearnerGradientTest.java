package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PlainForward;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.roofline.BfloatCheck;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;

import static dev.longstream.policy.training.LearnerFixture.ROUNDING;
import static dev.longstream.policy.training.LearnerFixture.assertClose;
import static dev.longstream.policy.training.LearnerFixture.forEachToken;
import static dev.longstream.policy.training.LearnerFixture.indexOfLargest;
import static dev.longstream.policy.training.LearnerFixture.randomGroups;
import static dev.longstream.policy.training.LearnerFixture.sequence;
import static dev.longstream.policy.training.LearnerFixture.weightsByToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Checks scores and gradients against plain arithmetic in double precision. */
class PolicyLearnerGradientTest {
    @Property(tries = 20)
    void shouldScoreLikeThePlainForwardPass(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3) int layers,
            @ForAll @IntRange(min = 1, max = 3) int queriesPerKey,
            @ForAll boolean tied,
            @ForAll boolean biases,
            @ForAll boolean headNorms) {
        // Given
        Family family = headNorms ? Family.QWEN3 : Family.LLAMA;
        ModelConfig config =
                RandomPolicy.config(family, layers, 2 * queriesPerKey, 2, tied, biases && !headNorms, headNorms);
        List<PromptAnswers> groups = randomGroups(new Random(seed), 2);
        float temperature = 0.7f;
        try (PolicyModel model = RandomPolicy.model(config, seed)) {
            PlainForward plain = new PlainForward(config, model.weightValues());
            // When
            AnswerScores scores = PolicyLearner.score(model, groups, temperature);
            // Then
            forEachToken(groups, (g, a, t) -> {
                int[] tokens = sequence(groups.get(g), a);
                int at = groups.get(g).prompt().length + t;
                double[] logProbs = plain.logProbs(tokens, temperature)[at - 1];
                double entropy = 0;
                for (double logProb : logProbs) {
                    entropy -= Math.exp(logProb) * logProb;
                }
                assertThat((double) scores.logProbs()[g][a][t]).isCloseTo(logProbs[tokens[at]], within(ROUNDING));
                assertThat((double) scores.entropies()[g][a][t]).isCloseTo(entropy, within(ROUNDING));
            });
        }
    }

    @Property(tries = 15)
    void shouldGiveTheGradientOfSeparateSequencesWhenPromptsAreShared(
            @ForAll long seed, @ForAll boolean keepActivations) {
        // Given
        List<PromptAnswers> groups = randomGroups(new Random(seed), 3);
        List<PromptAnswers> separate = new ArrayList<>();
        for (PromptAnswers group : groups) {
            for (int[] answer : group.answers()) {
                separate.add(new PromptAnswers(group.prompt(), List.of(answer)));
            }
        }
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, seed)) {
            // When
            Map<String, float[]> shared;
            try (PolicyLearner learner =
                    new PolicyLearner(model, AdamW.DEFAULT, keepActivations ? Long.MAX_VALUE : 0)) {
                learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
                shared = learner.gradients();
            }
            // Then
            try (PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
                for (PromptAnswers one : separate) {
                    learner.accumulate(List.of(one), 1, LearnerFixture::weightsByToken);
                }
                assertClose(shared, learner.gradients());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"LLAMA, true, false, 0", "LLAMA, false, true, 1", "QWEN3, false, false, 2"})
    void shouldGiveTheGradientOfFiniteDifferences(Family family, boolean tied, boolean biases, int keptLayers) {
        // Given
        ModelConfig config = RandomPolicy.config(family, 2, 4, 2, tied, biases, family == Family.QWEN3);
        List<PromptAnswers> groups = randomGroups(new Random(3), 2);
        try (PolicyModel model = RandomPolicy.model(config, 3);
                PolicyLearner learner = new PolicyLearner(
                        model, AdamW.DEFAULT, bytes(config, ComputeType.FLOAT32, groups, keptLayers))) {
            // When
            learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            // Then
            Map<String, float[]> weights = model.weightValues();
            learner.gradients().forEach((name, gradient) -> {
                int largest = indexOfLargest(gradient);
                double step = 1e-4;
                float kept = weights.get(name)[largest];
                weights.get(name)[largest] = (float) (kept + step);
                double above = plainLoss(model.config(), weights, groups);
                double up = weights.get(name)[largest];
                weights.get(name)[largest] = (float) (kept - step);
                double below = plainLoss(model.config(), weights, groups);
                double down = weights.get(name)[largest];
                weights.get(name)[largest] = kept;
                assertThat((double) gradient[largest])
                        .as(name)
                        .isNotZero()
                        .isCloseTo((above - below) / (up - down), within(1e-3 * Math.abs(gradient[largest])));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"LLAMA, true, 0, false", "LLAMA, false, 2, true", "QWEN3, false, 1, false"})
    void shouldStayCloseToFloat32WhenProductsAreRounded(
            Family family, boolean biases, int keptLayers, boolean ofEntropies) {
        assumeTrue(BfloatCheck.works(), "skipped: this machine refuses products in bfloat16");
        // Given
        ModelConfig config = RandomPolicy.config(family, 2, 4, 2, true, biases, family == Family.QWEN3);
        List<PromptAnswers> groups = randomGroups(new Random(5), 3);
        try (PolicyModel exact = RandomPolicy.model(config, 5);
                PolicyLearner learner = new PolicyLearner(exact, AdamW.DEFAULT);
                PolicyModel rounded = RandomPolicy.model(config, 5, ComputeType.BFLOAT16);
                PolicyLearner rounding = new PolicyLearner(
                        rounded, AdamW.DEFAULT, bytes(config, ComputeType.BFLOAT16, groups, keptLayers))) {
            Function<AnswerScores, ScoreGradients> loss = ofScores -> {
                float[][][] weights = weightsByToken(ofScores);
                return new ScoreGradients(weights, ofEntropies ? Optional.of(weights) : Optional.empty());
            };
            // When
            AnswerScores scores = learner.accumulateGradients(groups, 1, loss);
            AnswerScores roundedScores = rounding.accumulateGradients(groups, 1, loss);
            // Then
            List<Double> off = new ArrayList<>();
            forEachToken(
                    groups,
                    (g, a, t) -> off.add((double) roundedScores.logProbs()[g][a][t] - scores.logProbs()[g][a][t]));
            assertThat(off).anyMatch(difference -> difference != 0).allMatch(difference -> Math.abs(difference) < 0.1);
            assertThat(distance(learner.gradients(), rounding.gradients()))
                    .isPositive()
                    .isLessThan(0.15);
        }
    }

    /** 1 − p of such a token is smaller than what is rounded off p. */
    @Test
    void shouldTrainOnATokenThatIsAllButCertainWhenProductsAreRounded() {
        assumeTrue(BfloatCheck.works(), "skipped: this machine refuses products in bfloat16");
        // Given
        // Each token is an answer; at the temperature below, one of them has 1 − p < 0.002.
        ModelConfig config = RandomPolicy.SMALL;
        List<int[]> tokens = IntStream.range(0, config.vocabularySize())
                .mapToObj(token -> new int[] {token})
                .toList();
        List<PromptAnswers> group = List.of(new PromptAnswers(new int[] {1, 2, 3}, tokens));
        try (PolicyModel exact = RandomPolicy.model(config, 5);
                PolicyLearner learner = new PolicyLearner(exact, AdamW.DEFAULT);
                PolicyModel rounded = RandomPolicy.model(config, 5, ComputeType.BFLOAT16);
                PolicyLearner rounding = new PolicyLearner(rounded, AdamW.DEFAULT)) {
            float temperature = 1;
            while (largest(PolicyLearner.score(exact, group, temperature)) < -0.002) {
                temperature *= 0.9f;
            }
            // When
            learner.accumulate(group, temperature, PolicyLearnerGradientTest::likeliestAlone);
            rounding.accumulate(group, temperature, PolicyLearnerGradientTest::likeliestAlone);
            // Then
            assertThat(distance(learner.gradients(), rounding.gradients())).isLessThan(0.3);
        }
    }

    private static float largest(AnswerScores scores) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float[] answer : scores.logProbs()[0]) {
            largest = Math.max(largest, answer[0]);
        }
        return largest;
    }

    private static float[][][] likeliestAlone(AnswerScores scores) {
        float largest = largest(scores);
        float[][] ofAnswers = scores.logProbs()[0];
        float[][] weights = new float[ofAnswers.length][1];
        for (int a = 0; a < weights.length; a++) {
            weights[a][0] = ofAnswers[a][0] == largest ? 1 : 0;
        }
        return new float[][][] {weights};
    }

    /** Returns the 2-norm of the difference, divided by the 2-norm of {@code ones}. */
    private static double distance(Map<String, float[]> ones, Map<String, float[]> others) {
        double difference = 0;
        double norm = 0;
        for (Map.Entry<String, float[]> one : ones.entrySet()) {
            float[] other = others.get(one.getKey());
            for (int i = 0; i < other.length; i++) {
                difference += Math.pow(one.getValue()[i] - other[i], 2);
                norm += Math.pow(one.getValue()[i], 2);
            }
        }
        return Math.sqrt(difference / norm);
    }

    private static long bytes(ModelConfig config, ComputeType computeType, List<PromptAnswers> groups, int keptLayers) {
        StepMemory memory = new StepMemory(config, computeType);
        TreeLayout layout = new TreeLayout(PrefixTree.of(groups));
        long bytes = memory.fixedBytes() + memory.microBatchBytes(layout.width(), layout.targetCount(), keptLayers);
        assertThat(memory.keptLayers(layout.width(), layout.targetCount(), bytes))
                .isEqualTo(keptLayers);
        return bytes;
    }

    @Test
    void shouldGiveTheGradientOfEntropiesOfFiniteDifferences() {
        // Given
        List<PromptAnswers> groups =
                List.of(new PromptAnswers(new int[] {1, 2, 3}, List.of(new int[] {7, 8}, new int[] {9})));
        float[][][] none = {{{0, 0}, {0}}};
        float[][][] weights = {{{0.5f, -1}, {2}}};
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 3);
                PolicyLearner learner =
                        new PolicyLearner(model, new AdamW(0.9, 0.95, 1e-8, 0, DecayedWeights.MATRICES))) {
            // When
            AnswerScores before =
                    learner.accumulateGradients(groups, 1, scores -> new ScoreGradients(none, Optional.of(weights)));
            Map<String, float[]> gradients = learner.gradients();
            // Then
            // A small step against the gradient lowers the sum by the amount that the gradient predicts.
            double norm = learner.step(1e-4, Double.POSITIVE_INFINITY);
            AnswerScores after = PolicyLearner.score(model, groups, 1);
            double expected = 0; // AdamW's first step is the gradient's sign
            for (float[] gradient : gradients.values()) {
                for (float value : gradient) {
                    expected -= 1e-4 * Math.abs(value);
                }
            }
            assertThat(norm).isPositive();
            assertThat(weighted(after.entropies(), weights) - weighted(before.entropies(), weights))
                    .isCloseTo(expected, within(0.05 * Math.abs(expected)));
        }
    }

    private static double weighted(float[][][] values, float[][][] weights) {
        double sum = 0;
        for (int a = 0; a < weights[0].length; a++) {
            for (int t = 0; t < weights[0][a].length; t++) {
                sum += (double) weights[0][a][t] * values[0][a][t];
            }
        }
        return sum;
    }

    /** Processors take a hundred times as long over a product with such numbers. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void shouldMultiplyByNoSubnormalNumbersWhenTheTemperatureIsLow(boolean withEntropy) {
        // Given
        ModelConfig config = RandomPolicy.config(Family.LLAMA, 1, 2, 2, false, false, false);
        List<PromptAnswers> oneToken = List.of(new PromptAnswers(new int[] {3, 1}, List.of(new int[] {2})));
        float[][][] one = {{{1}}};
        for (float temperature = 1; temperature > 1e-3f; temperature /= 2) {
            try (PolicyModel model = RandomPolicy.model(config, 7);
                    PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
                // When
                learner.accumulateGradients(
                        oneToken,
                        temperature,
                        scores -> new ScoreGradients(one, withEntropy ? Optional.of(one) : Optional.empty()));
                // Then
                for (float value : learner.gradients().get("lm_head.weight")) {
                    assertThat(value == 0 || Math.abs(value) >= Float.MIN_NORMAL)
                            .as("%s at temperature %s", value, temperature)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldGiveTheSameGradientWhenGarbageIsCollectedBeforeTheBackwardPass() {
        // Given
        List<PromptAnswers> groups = randomGroups(new Random(1), 2);
        Function<AnswerScores, float[][][]> afterCollection = scores -> {
            System.gc();
            for (int i = 0; i < 500; i++) {
                ByteBuffer junk = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
                junk.asFloatBuffer().put(new float[] {777, 777, 777, 777});
            }
            return weightsByToken(scores);
        };
        try (PolicyModel model = RandomPolicy.model(RandomPolicy.SMALL, 1)) {
            Map<String, float[]> undisturbed;
            try (PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
                learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
                undisturbed = learner.gradients();
            }
            for (int run = 0; run < 20; run++) {
                try (PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
                    // When
                    learner.accumulate(groups, 1, afterCollection);
                    // Then
                    assertClose(learner.gradients(), undisturbed);
                }
            }
        }
    }

    private static double plainLoss(ModelConfig config, Map<String, float[]> weights, List<PromptAnswers> groups) {
        PlainForward plain = new PlainForward(config, weights);
        double loss = 0;
        for (PromptAnswers group : groups) {
            for (int a = 0; a < group.answers().size(); a++) {
                int length = group.answers().get(a).length;
                int[] tokens = sequence(group, a);
                double[][] logProbs = plain.logProbs(tokens, 1);
                for (int t = 0; t < length; t++) {
                    int at = group.prompt().length + t;
                    loss += (float) Math.sin(1 + t + 10 * length) * logProbs[at - 1][tokens[at]];
                }
            }
        }
        return loss;
    }
}
