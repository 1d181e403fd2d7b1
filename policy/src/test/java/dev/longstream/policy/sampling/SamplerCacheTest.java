package dev.longstream.policy.sampling;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PlainForward;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import dev.longstream.policy.roofline.BfloatCheck;
import dev.longstream.policy.training.PolicyLearner;
import dev.longstream.policy.training.PromptAnswers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static dev.longstream.policy.sampling.SamplerFixture.LIMITS;
import static dev.longstream.policy.sampling.SamplerFixture.PLAIN;
import static dev.longstream.policy.sampling.SamplerFixture.drain;
import static dev.longstream.policy.sampling.SamplerFixture.prompt;
import static dev.longstream.policy.sampling.SamplerFixture.sampler;
import static dev.longstream.policy.sampling.SamplerFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Checks keys and values that a sampler keeps: prompts that begin alike, and exchanged weights. */
class SamplerCacheTest {
    @TempDir
    Path folder;

    @Test
    void shouldSayWhichVersionChoseEachTokenWhenWeightsAreExchanged() {
        // Given
        RandomPolicy.write(folder, RandomPolicy.SMALL, 2);
        SamplingParameters six = new SamplingParameters(0, 1, 0, 6);
        int[] prompt = {3, 1, 4};
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1);
                Sampler sampler = new Sampler(policy, 7, new int[0], LIMITS);
                PolicyFolder newer = PolicyFolder.open(folder)) {
            sampler.submit(new SamplingRequest("before", prompt, 1, six, 1));
            assertThat(sampler.decodeChunk()).isEmpty();
            // When
            sampler.useWeights(8, newer, OnNewWeights.KEEP);
            sampler.submit(new SamplingRequest("after", prompt, 1, six, 1));
            Map<String, Sample> samples = new HashMap<>();
            drain(sampler).forEach(sample -> samples.put(sample.requestId(), sample));
            // Then
            assertThat(samples.get("before").versions())
                    .containsExactly(new VersionTokens(7, 4), new VersionTokens(8, 2));
            assertThat(samples.get("after").versions()).containsExactly(new VersionTokens(8, 6));
            try (PolicyModel second = RandomPolicy.model(RandomPolicy.SMALL, 2)) {
                double[] logProbs = new PlainForward(RandomPolicy.SMALL, second.weightValues()).logProbs(prompt, 1)[2];
                assertThat((double) samples.get("after").policyLogProbs()[0])
                        .isCloseTo(Arrays.stream(logProbs).max().orElseThrow(), within(1e-5));
            }
        }
    }

    @Test
    void shouldComputeKeysAndValuesAgainWhenAskedTo() {
        // Given
        RandomPolicy.write(folder, RandomPolicy.SMALL, 2);
        int[] prompt = prompt(40, 7);
        SamplingParameters draw = new SamplingParameters(1, 1, 0, 9);
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1);
                Sampler sampler = new Sampler(policy, 7, new int[0], LIMITS);
                PolicyFolder newer = PolicyFolder.open(folder)) {
            sampler.submit(new SamplingRequest("first", prompt, 2, draw, 1));
            sampler.decodeChunk();
            sampler.submit(new SamplingRequest("second", with(prompt, 30, 3), 2, draw, 2)); // goes on from the first
            sampler.decodeChunk();
            // When
            sampler.useWeights(8, newer, OnNewWeights.RECOMPUTE);
            List<Sample> samples = drain(sampler);
            // Then
            // Tokens drawn since have the probabilities of weights that read the whole sequence.
            assertThat(samples).hasSize(4);
            try (PolicyModel second = RandomPolicy.model(RandomPolicy.SMALL, 2)) {
                for (Sample sample : samples) {
                    int before = sample.versions().get(0).tokens();
                    assertThat(sample.versions())
                            .containsExactly(new VersionTokens(7, before), new VersionTokens(8, 9 - before));
                    int[] asked = sample.requestId().equals("first") ? prompt : with(prompt, 30, 3);
                    assertLogProbs(second, asked, sample, before);
                }
            }
        }
    }

    @Test
    void shouldSampleByTheScoresOfTrainingWhenProductsAreRounded() {
        assumeTrue(BfloatCheck.works(), "skipped: this machine refuses products in bfloat16");
        // Given
        RandomPolicy.write(folder, RandomPolicy.SMALL, 2);
        int[] prompt = prompt(40, 7);
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1, ComputeType.BFLOAT16);
                Sampler sampler = new Sampler(policy, 7, new int[0], LIMITS);
                PolicyFolder newer = PolicyFolder.open(folder);
                PolicyModel second = PolicyModel.load(newer, ComputeType.BFLOAT16)) {
            // When
            sampler.useWeights(8, newer, OnNewWeights.KEEP);
            sampler.submit(new SamplingRequest("r", prompt, 4, PLAIN, 1));
            List<Sample> samples = drain(sampler);
            // Then
            assertThat(samples).hasSize(4).allSatisfy(sample -> {
                PromptAnswers answer = new PromptAnswers(prompt, List.of(sample.tokens()));
                assertThat(sample.policyLogProbs())
                        .containsExactly(
                                PolicyLearner.score(second, List.of(answer), 1).logProbs()[0][0], within(0.05f));
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 1e-4", "BFLOAT16, 0.15"})
    void shouldSampleByTheScoresOfTrainingWhetherThereIsRoomToCopyLongPromptsOrNot(
            ComputeType computeType, float rounding) {
        assumeTrue(
                computeType == ComputeType.FLOAT32 || BfloatCheck.works(),
                "skipped: this machine refuses products in bfloat16");
        // Given
        // Two prompts share a document, two have other lengths; each is longer than one block of the reader.
        int[] document = prompt(1300, 1);
        Map<String, int[]> prompts = Map.of(
                "a", with(document, 1300, 1, 2),
                "b", with(document, 1300, 3),
                "c", prompt(1240, 2),
                "d", prompt(1230, 3));
        ModelConfig config = ModelConfig.llama(40, 16, 2, 4, 2, 6, 24, 2048);
        long token = PromptReader.tokenBytes(config);
        try (PolicyModel policy = RandomPolicy.model(config, 1, computeType)) {
            for (long room : new long[] {6_000 * token, 12_000 * token}) {
                try (Sampler sampler = new Sampler(policy, 0, new int[0], new SamplerLimits(64, 4, room))) {
                    // When
                    prompts.forEach((id, prompt) -> sampler.submit(new SamplingRequest(id, prompt, 3, PLAIN, 5)));
                    List<Sample> samples = drain(sampler);
                    // Then
                    assertThat(samples).hasSize(12);
                    for (Sample sample : samples) {
                        PromptAnswers answer =
                                new PromptAnswers(prompts.get(sample.requestId()), List.of(sample.tokens()));
                        assertThat(sample.policyLogProbs())
                                .containsExactly(
                                        PolicyLearner.score(policy, List.of(answer), 1)
                                                .logProbs()[0][0],
                                        within(rounding));
                    }
                }
            }
        }
    }

    @Test
    void shouldGoOnFromAPromptThatBeginsAlike() {
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1);
                Sampler sampler = sampler(policy, LIMITS)) {
            // Given
            // Three questions refer to a document of 60 tokens, and two of them come together.
            int[] document = prompt(60, 11);
            Map<String, int[]> prompts =
                    Map.of("a", with(document, 60, 1), "b", with(document, 60, 2, 3, 4), "c", with(document, 60, 5, 6));
            sampler.submit(new SamplingRequest("b", prompts.get("b"), 3, PLAIN, 2));
            sampler.submit(new SamplingRequest("c", prompts.get("c"), 2, PLAIN, 3));
            // When
            List<Sample> samples = new ArrayList<>(drain(sampler));
            sampler.submit(new SamplingRequest("a", prompts.get("a"), 2, PLAIN, 1));
            samples.addAll(drain(sampler));
            // Then
            // The document is read once; the last token of a prompt never counts.
            assertThat(sampler.promptTokensRead()).isEqualTo(60 + 1 + 2);
            assertThat(samples).hasSize(7);
            for (Sample sample : samples) {
                assertLogProbs(policy, prompts.get(sample.requestId()), sample, 0);
            }
        }
    }

    @Test
    void shouldReadAPromptAnewWhenTheWeightsThatReadItAreGone() {
        RandomPolicy.write(folder, RandomPolicy.SMALL, 2);
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1);
                Sampler sampler = sampler(policy, LIMITS);
                PolicyFolder newer = PolicyFolder.open(folder)) {
            int[] prompt = prompt(60, 11);
            sampler.submit(new SamplingRequest("before", prompt, 1, PLAIN, 1));
            drain(sampler);
            sampler.useWeights(1, newer, OnNewWeights.KEEP);
            sampler.submit(new SamplingRequest("after", prompt, 1, PLAIN, 1));
            List<Sample> samples = drain(sampler);
            assertThat(sampler.promptTokensRead()).isEqualTo(2 * 59);
            assertLogProbs(policy, prompt, samples.get(0), 0);
        }
    }

    @Test
    void shouldGiveUpThePrefixThatWasUsedLeastRecentlyWhenRoomIsNeeded() {
        // Given
        // There is room for one request and two prompts of 64 columns, 192 bytes each.
        SamplingParameters one = new SamplingParameters(1, 1, 0, 1);
        try (PolicyModel policy = RandomPolicy.model(RandomPolicy.SMALL, 1);
                Sampler sampler = sampler(policy, new SamplerLimits(8, 1, 192 * (64 * 3 + 4)))) {
            for (int document : new int[] {1, 2, 1, 3, 1, 2}) {
                sampler.submit(new SamplingRequest("r", prompt(65, document), 1, one, 1));
                drain(sampler);
            }
            // Then
            // Prompts 1, 2 and 3 were read once, and 2 again because 3 took its place.
            assertThat(sampler.promptTokensRead()).isEqualTo(4 * 64);
        }
    }

    /** A sample's log-probabilities, from one of its tokens on, are those of a fresh forward pass. */
    private static void assertLogProbs(PolicyModel policy, int[] prompt, Sample sample, int from) {
        int[] tokens = with(prompt, prompt.length, sample.tokens());
        double[][] fresh = new PlainForward(policy.config(), policy.weightValues()).logProbs(tokens, 1);
        for (int t = from; t < sample.tokens().length; t++) {
            assertThat((double) sample.policyLogProbs()[t])
                    .isCloseTo(fresh[prompt.length + t - 1][sample.tokens()[t]], within(1e-4));
        }
    }
}
