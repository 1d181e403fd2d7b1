package dev.longstream.policy.training;

import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.MergedPolicy;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.folder.NewAdapter;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomAdapter;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.model.TorchEngine;
import dev.longstream.policy.roofline.BfloatCheck;
import dev.longstream.policy.safetensors.DType;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import static dev.longstream.policy.training.LearnerFixture.assertClose;
import static dev.longstream.policy.training.LearnerFixture.forEachToken;
import static dev.longstream.policy.training.LearnerFixture.randomGroups;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Checks training of an adapter against that of the policy into which it is merged. */
class AdapterLearnerTest {
    private static final AdapterConfig ATTENTION = new AdapterConfig(2, 4, List.of("v_proj", "q_proj"));

    @TempDir
    Path folder;

    /** With W' = W + s B A, the gradients are dB = s dW' Aᵀ and dA = s Bᵀ dW'. */
    @ParameterizedTest
    @CsvSource({"LLAMA, true, false, 0", "LLAMA, false, true, 1", "QWEN3, false, false, 2"})
    void shouldGiveTheProjectedGradientOfTheMergedPolicy(Family family, boolean tied, boolean biases, int keptLayers) {
        // Given
        ModelConfig config = RandomPolicy.config(family, 2, 4, 2, tied, biases, family == Family.QWEN3);
        AdapterConfig shape = RandomAdapter.ALL;
        List<PromptAnswers> groups = randomGroups(new Random(3), 2);
        try (PolicyFolder adapted = PolicyFolder.open(RandomAdapter.write(folder, config, shape, 3));
                PolicyFolder whole = merged(adapted);
                PolicyModel model = PolicyModel.load(adapted, ComputeType.FLOAT32);
                PolicyModel mergedModel = PolicyModel.load(whole, ComputeType.FLOAT32);
                PolicyLearner learner =
                        new PolicyLearner(model, AdamW.DEFAULT, bytes(config, shape, groups, keptLayers));
                PolicyLearner full = new PolicyLearner(mergedModel, AdamW.DEFAULT)) {
            // When
            AnswerScores scores = learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            AnswerScores expectedScores = full.accumulate(groups, 1, LearnerFixture::weightsByToken);
            // Then
            forEachToken(groups, (g, a, t) -> assertThat(scores.logProbs()[g][a][t])
                    .isCloseTo(expectedScores.logProbs()[g][a][t], within((float) LearnerFixture.ROUNDING)));
            Map<String, float[]> gradients = learner.gradients();
            assertThat(gradients).hasSize(2 * 7 * config.layers());
            assertClose(gradients, projected(model.weightValues(), full.gradients(), shape));
        }
    }

    private PolicyFolder merged(PolicyFolder adapted) {
        MergedPolicy.write(adapted, folder.resolve("merged"), DType.F32);
        return PolicyFolder.open(folder.resolve("merged"));
    }

    private static long bytes(ModelConfig config, AdapterConfig shape, List<PromptAnswers> groups, int keptLayers) {
        StepMemory memory = new StepMemory(config, Optional.of(shape), ComputeType.FLOAT32);
        TreeLayout layout = new TreeLayout(PrefixTree.of(groups));
        long bytes = memory.fixedBytes() + memory.microBatchBytes(layout.width(), layout.targetCount(), keptLayers);
        assertThat(memory.keptLayers(layout.width(), layout.targetCount(), bytes))
                .isEqualTo(keptLayers);
        return bytes;
    }

    private static Map<String, float[]> projected(
            Map<String, float[]> weights, Map<String, float[]> ofMerged, AdapterConfig shape) {
        Map<String, float[]> expected = new LinkedHashMap<>();
        weights.forEach((name, a) -> {
            if (name.endsWith(".lora_A.weight")) {
                String map = name.replace(".lora_A.weight", "");
                float[] b = weights.get(map + ".lora_B.weight");
                float[] gradient = ofMerged.get(map + ".weight");
                int inputs = a.length / shape.rank();
                int outputs = b.length / shape.rank();
                float[] ofA = new float[a.length];
                float[] ofB = new float[b.length];
                for (int out = 0; out < outputs; out++) {
                    for (int r = 0; r < shape.rank(); r++) {
                        for (int in = 0; in < inputs; in++) {
                            float scaled = (float) shape.scale() * gradient[out * inputs + in];
                            ofA[r * inputs + in] += b[out * shape.rank() + r] * scaled;
                            ofB[out * shape.rank() + r] += a[r * inputs + in] * scaled;
                        }
                    }
                }
                expected.put(name, ofA);
                expected.put(map + ".lora_B.weight", ofB);
            }
        });
        return expected;
    }

    @Test
    void shouldStayCloseToFloat32WhenProductsAreRounded() {
        assumeTrue(BfloatCheck.works(), "skipped: this machine refuses products in bfloat16");
        // Given
        List<PromptAnswers> groups = randomGroups(new Random(5), 3);
        Path adapter = RandomAdapter.write(folder, RandomPolicy.SMALL, RandomAdapter.ALL, 5);
        try (PolicyFolder adapted = PolicyFolder.open(adapter);
                PolicyModel exact = PolicyModel.load(adapted, ComputeType.FLOAT32);
                PolicyLearner learner = new PolicyLearner(exact, AdamW.DEFAULT);
                PolicyModel rounded = PolicyModel.load(adapted, ComputeType.BFLOAT16);
                PolicyLearner rounding = new PolicyLearner(rounded, AdamW.DEFAULT)) {
            // When
            AnswerScores scores = learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
            AnswerScores roundedScores = rounding.accumulate(groups, 1, LearnerFixture::weightsByToken);
            // Then
            forEachToken(groups, (g, a, t) -> assertThat(roundedScores.logProbs()[g][a][t])
                    .isCloseTo(scores.logProbs()[g][a][t], within(0.2f)));
            double difference = 0;
            double norm = 0;
            Map<String, float[]> found = rounding.gradients();
            for (Map.Entry<String, float[]> one : learner.gradients().entrySet()) {
                for (int i = 0; i < one.getValue().length; i++) {
                    difference += Math.pow(one.getValue()[i] - found.get(one.getKey())[i], 2);
                    norm += Math.pow(one.getValue()[i], 2);
                }
            }
            assertThat(Math.sqrt(difference / norm)).isPositive().isLessThan(0.15);
        }
    }

    @Test
    void shouldBeTheBaseUntilTheFirstStepAndChangeOnlyTheAdapter() {
        // Given
        RandomPolicy.write(folder, RandomPolicy.SMALL, 5);
        List<PromptAnswers> groups =
                List.of(new PromptAnswers(new int[] {1, 2, 3}, List.of(new int[] {7, 8}, new int[] {9})));
        try (PolicyFolder base = PolicyFolder.open(folder);
                PolicyModel plain = PolicyModel.load(base);
                PolicyModel model = PolicyModel.load(base, new NewAdapter(ATTENTION, 1));
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            Map<String, float[]> before = model.weightValues();
            AnswerScores first = PolicyLearner.score(model, groups, 1);
            assertThat(first.logProbs())
                    .isDeepEqualTo(PolicyLearner.score(plain, groups, 1).logProbs());
            // When
            for (int step = 0; step < 40; step++) {
                learner.accumulate(groups, 1, scores -> new float[][][] {{{-1, -1}, {0}}});
                learner.step(1e-2, Double.POSITIVE_INFINITY);
            }
            // Then
            assertThat(PolicyLearner.score(model, groups, 1).logProbs()[0][0][1])
                    .isGreaterThan(first.logProbs()[0][0][1] + 1);
            model.weightValues().forEach((name, values) -> {
                if (name.contains("lora_")) {
                    assertThat(values).as(name).isNotEqualTo(before.get(name));
                } else {
                    assertThat(values).as(name).isEqualTo(before.get(name));
                }
            });
        }
    }

    @Test
    void shouldStoreMomentsOfTheAdapterAloneAndGoOnFromThem() {
        // Given
        Path adapter = RandomAdapter.write(folder, RandomPolicy.SMALL, ATTENTION, 9);
        List<PromptAnswers> groups = randomGroups(new Random(9), 2);
        Path moments = folder.resolve("moments.safetensors");
        try (PolicyFolder adapted = PolicyFolder.open(adapter);
                PolicyModel model = PolicyModel.load(adapted);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
            train(learner, groups);
            learner.writeMoments(moments);
            model.writeAdapter(adapter, "../base");
            train(learner, groups);
            // When
            try (PolicyFolder stored = PolicyFolder.open(adapter);
                    PolicyModel resumed = PolicyModel.load(stored);
                    PolicyLearner again = new PolicyLearner(resumed, AdamW.DEFAULT)) {
                again.readMoments(moments);
                train(again, groups);
                // Then
                Map<String, float[]> expected = model.weightValues();
                resumed.weightValues()
                        .forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
            }
        }
        try (SafeTensors stored = SafeTensors.open(moments)) {
            assertThat(stored.names())
                    .hasSize(2 * 2 * ATTENTION.targets().size() * RandomPolicy.SMALL.layers() + 1)
                    .contains("exp_avg.model.layers.1.self_attn.v_proj.lora_B.weight");
        }
    }

    private static void train(PolicyLearner learner, List<PromptAnswers> groups) {
        learner.accumulate(groups, 1, LearnerFixture::weightsByToken);
        learner.step(1e-2, 1);
    }

    @Test
    void shouldShareTheBaseWithAReferenceThatKeepsItsOwnAdapter() {
        // Given
        RandomPolicy.write(folder, RandomPolicy.SMALL, 5);
        List<PromptAnswers> groups = randomGroups(new Random(5), 2);
        try (PolicyFolder base = PolicyFolder.open(folder);
                PolicyModel model = PolicyModel.load(base, new NewAdapter(ATTENTION, 1))) {
            AnswerScores before = PolicyLearner.score(model, groups, 1);
            int arrays = TorchEngine.liveArrays();
            try (PolicyModel reference = model.withAdapter(new NewAdapter(ATTENTION, 2));
                    PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT)) {
                // When
                train(learner, groups);
                // Then
                assertThat(PolicyLearner.score(reference, groups, 1).logProbs()).isDeepEqualTo(before.logProbs());
                assertThat(PolicyLearner.score(model, groups, 1).logProbs()).isNotEqualTo(before.logProbs());
            }
            assertThat(TorchEngine.liveArrays()).isEqualTo(arrays);
            assertThat(PolicyLearner.score(model, groups, 1).logProbs()).isNotEqualTo(before.logProbs());
        }
    }
}
