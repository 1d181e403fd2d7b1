package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomAdapter;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.roofline.BfloatCheck;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static dev.longstream.policy.sampling.SamplerFixture.LIMITS;
import static dev.longstream.policy.sampling.SamplerFixture.PLAIN;
import static dev.longstream.policy.sampling.SamplerFixture.drain;
import static dev.longstream.policy.sampling.SamplerFixture.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class AdapterSamplerTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ComputeType.class)
    void shouldSampleWithTheLogProbabilitiesOfTheLearnerAfterEachChangeOfTheAdapter(ComputeType computeType)
            throws IOException {
        assumeTrue(
                computeType == ComputeType.FLOAT32 || BfloatCheck.works(),
                "skipped: this machine refuses products in bfloat16");
        // Given
        float tolerance = computeType == ComputeType.FLOAT32 ? 1e-4f : 0.2f;
        Path first = RandomAdapter.write(folder, RandomPolicy.SMALL, RandomAdapter.ALL, 3);
        Path second = Files.createDirectories(folder.resolve("second"));
        RandomAdapter.writeAdapter(second, RandomPolicy.SMALL, RandomAdapter.ALL, 4);
        try (PolicyFolder one = PolicyFolder.open(first);
                PolicyFolder other = PolicyFolder.open(second);
                PolicyModel sampled = PolicyModel.load(one, computeType);
                PolicyModel scored = PolicyModel.load(one, computeType);
                Sampler sampler = new Sampler(sampled, 0, new int[0], LIMITS)) {
            List<Sample> before = sample(sampler, "before");
            assertAgree(before, scored, tolerance);
            // When
            sampler.useWeights(1, other, OnNewWeights.KEEP);
            assertThat(scored.loadWeights(other)).as("base is read again").isFalse();
            // Then
            List<Sample> after = sample(sampler, "after");
            assertAgree(after, scored, tolerance);
            assertThat(after.get(0).policyLogProbs()[0]).isNotEqualTo(before.get(0).policyLogProbs()[0]);
        }
    }

    private static List<Sample> sample(Sampler sampler, String id) {
        sampler.submit(new SamplingRequest(id, prompt(20, 7), 4, PLAIN, 1));
        return drain(sampler);
    }

    private static void assertAgree(List<Sample> samples, PolicyModel model, float tolerance) {
        for (Sample sample : samples) {
            List<PromptAnswers> group = List.of(new PromptAnswers(prompt(20, 7), List.of(sample.tokens())));
            float[] logProbs = PolicyLearner.score(model, group, 1).logProbs()[0][0];
            for (int t = 0; t < logProbs.length; t++) {
                assertThat(sample.policyLogProbs()[t]).isCloseTo(logProbs[t], within(tolerance));
            }
        }
    }

    @Test
    void shouldReadTheBaseAgainWhenItIsAnotherOne() {
        // Given
        Path first = RandomAdapter.write(folder.resolve("one"), RandomPolicy.SMALL, RandomAdapter.ALL, 3);
        Path second = RandomAdapter.write(folder.resolve("other"), RandomPolicy.SMALL, RandomAdapter.ALL, 4);
        try (PolicyFolder one = PolicyFolder.open(first);
                PolicyFolder other = PolicyFolder.open(second);
                PolicyModel sampled = PolicyModel.load(one, ComputeType.FLOAT32);
                PolicyModel scored = PolicyModel.load(other, ComputeType.FLOAT32);
                Sampler sampler = new Sampler(sampled, 0, new int[0], LIMITS)) {
            // When
            sampler.useWeights(1, other, OnNewWeights.KEEP);
            // Then
            assertAgree(sample(sampler, "after"), scored, 1e-4f);
        }
    }

    @Test
    void shouldRefuseAWholePolicyWhenItHasAnAdapter() {
        Path adapter = RandomAdapter.write(folder, RandomPolicy.SMALL, RandomAdapter.ALL, 3);
        try (PolicyFolder adapted = PolicyFolder.open(adapter);
                PolicyFolder whole = PolicyFolder.open(folder.resolve("base"));
                PolicyModel model = PolicyModel.load(adapted, ComputeType.FLOAT32)) {
            assertThatThrownBy(() -> model.loadWeights(whole))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the weights have no adapter, expected one of rank 3");
        }
    }
}
