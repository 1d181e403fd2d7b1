package dev.longstream.policy.training;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.ComputeType;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.roofline.BfloatCheck;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.Sample;
import dev.longstream.policy.sampling.Sampler;
import dev.longstream.policy.sampling.SamplerLimits;
import dev.longstream.policy.sampling.SamplingParameters;
import dev.longstream.policy.sampling.SamplingRequest;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** SmolLM2-135M-Instruct, where its folder is given: scores of texts, and greedy continuations through the caches. */
class SmolLm2GoldenTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("longstream.goldens"), "models", "SmolLM2-135M-Instruct.golden.safetensors");
    private static final List<String> TEXTS = List.of("chat", "text500", "text1500");
    private static final double TOLERANCE = 5e-4;

    /** Smallest lead of the likeliest token, in nats, at which implementations must choose the same token. */
    private static final double CLEAR_MARGIN = 1e-3;

    @Test
    void shouldAgreeWithTransformersOnARealModel() {
        String folderName = System.getProperty("longstream.model", "");
        assumeTrue(!folderName.isEmpty(), "skipped: needs a SmolLM2 folder (-Dlongstream.model=DIR)");
        assumeTrue(Files.exists(GOLDEN), () -> "skipped: " + GOLDEN + " is missing");
        int agree = 0;
        try (PolicyFolder folder = PolicyFolder.open(Path.of(folderName));
                SafeTensors golden = SafeTensors.open(GOLDEN);
                PolicyModel model = PolicyModel.load(folder)) {
            for (String text : TEXTS) {
                double worst = worstScore(model, golden, text);
                int common = commonGreedyTokens(model, golden, text);
                int certain = certainTokens(golden.floats(text + ".greedy_margins"));
                if (worst <= TOLERANCE && common >= certain) {
                    agree++;
                } else {
                    System.out.printf(
                            "golden SmolLM2 %s: off by %.1e, %d greedy tokens of %d%n", text, worst, common, certain);
                }
            }
        }
        System.out.printf("golden SmolLM2: %d read, %d agree%n", TEXTS.size(), agree);
        assertThat(agree).isEqualTo(TEXTS.size());
    }

    /** KL estimated from sampled tokens: the mean of r − 1 − log r, where r is training's probability over sampling's. */
    @Test
    void shouldSampleNearlyWhatIsTrainedWhenProductsAreRounded() {
        String folderName = System.getProperty("longstream.model", "");
        assumeTrue(!folderName.isEmpty(), "skipped: needs a SmolLM2 folder (-Dlongstream.model=DIR)");
        assumeTrue(Files.exists(GOLDEN), () -> "skipped: " + GOLDEN + " is missing");
        assumeTrue(BfloatCheck.works(), "skipped: this machine refuses products in bfloat16");
        try (PolicyFolder folder = PolicyFolder.open(Path.of(folderName));
                SafeTensors golden = SafeTensors.open(GOLDEN);
                PolicyModel exact = PolicyModel.load(folder, ComputeType.FLOAT32);
                PolicyModel rounded = PolicyModel.load(folder, ComputeType.BFLOAT16)) {
            int[] prompt = ints(golden.longs("text1500.input_ids"));
            List<Sample> samples = new ArrayList<>();
            try (Sampler sampler = new Sampler(rounded, 0, new int[0], new SamplerLimits(8, 8, 1L << 30))) {
                sampler.submit(new SamplingRequest("text", prompt, 8, new SamplingParameters(1, 1, 0, 64), 1));
                while (samples.size() < 8) {
                    samples.addAll(sampler.decodeChunk());
                }
            }
            PromptAnswers answers = new PromptAnswers(
                    prompt, samples.stream().map(Sample::tokens).toList());
            double mismatch = divergence(samples, PolicyLearner.score(rounded, List.of(answers), 1));
            double rounding = divergence(samples, PolicyLearner.score(exact, List.of(answers), 1));
            System.out.printf(
                    "SmolLM2 in bfloat16: KL of sampling to training %.1e, to float32 %.1e%n", mismatch, rounding);
            assertThat(mismatch).isPositive().isLessThan(2e-3);
            assertThat(rounding).isPositive().isLessThan(2e-3);
        }
    }

    private static double divergence(List<Sample> samples, AnswerScores scores) {
        double sum = 0;
        int count = 0;
        for (int a = 0; a < samples.size(); a++) {
            float[] sampled = samples.get(a).policyLogProbs();
            for (int t = 0; t < sampled.length; t++) {
                double logRatio = (double) scores.logProbs()[0][a][t] - sampled[t];
                sum += Math.exp(logRatio) - 1 - logRatio;
                count++;
            }
        }
        return sum / count;
    }

    private static double worstScore(PolicyModel model, SafeTensors golden, String text) {
        int[] ids = ints(golden.longs(text + ".input_ids"));
        PromptAnswers afterFirst =
                new PromptAnswers(Arrays.copyOf(ids, 1), List.of(Arrays.copyOfRange(ids, 1, ids.length)));
        double worst = 0;
        for (String temperature : new String[] {"1.0", "0.7"}) {
            AnswerScores scores = PolicyLearner.score(model, List.of(afterFirst), Float.parseFloat(temperature));
            worst = Math.max(
                    worst, difference(golden.floats(text + ".logprobs.T" + temperature), scores.logProbs()[0][0]));
            worst = Math.max(
                    worst, difference(golden.floats(text + ".entropy.T" + temperature), scores.entropies()[0][0]));
        }
        return worst;
    }

    private static double difference(float[] expected, float[] found) {
        double worst = 0;
        for (int t = 0; t < found.length; t++) {
            double difference = Math.abs(expected[t] - found[t]);
            worst = difference <= worst ? worst : difference; // keeps NaN
        }
        return worst;
    }

    private static int commonGreedyTokens(PolicyModel model, SafeTensors golden, String text) {
        int[] expected = ints(golden.longs(text + ".greedy_ids"));
        int[] prompt = ints(golden.longs(text + ".input_ids"));
        List<Sample> samples = new ArrayList<>();
        try (Sampler sampler = new Sampler(model, 0, new int[0], new SamplerLimits(1, 8, 1L << 30))) {
            sampler.submit(new SamplingRequest(text, prompt, 1, new SamplingParameters(0, 1, 0, expected.length), 0));
            while (samples.isEmpty()) {
                samples.addAll(sampler.decodeChunk());
            }
        }
        int mismatch = Arrays.mismatch(expected, samples.get(0).tokens());
        return mismatch < 0 ? expected.length : mismatch;
    }

    private static int certainTokens(float[] margins) {
        int certain = 0;
        while (certain < margins.length && margins[certain] > CLEAR_MARGIN) {
            certain++;
        }
        return certain;
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }
}
