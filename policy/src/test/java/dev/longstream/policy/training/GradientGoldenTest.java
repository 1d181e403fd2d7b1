package dev.longstream.policy.training;

import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.safetensors.SafeTensors;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Gradients of a prompt with one answer, and with four, as transformers computes them sequence by sequence. */
class GradientGoldenTest {
    private static final Path MODELS = Path.of(System.getProperty("longstream.goldens"), "models");
    private static final List<String> NAMES = List.of("llama-gqa", "qwen2");
    private static final long KEEP_ALL = Long.MAX_VALUE;
    private static final long KEEP_LAYER_INPUTS = 0;
    private static final double TOLERANCE = 1e-4;

    @Test
    void shouldAgreeWithTransformersOnAnAnswersGradient() {
        check("gradient-answer", KEEP_ALL, GradientGoldenTest::answer);
    }

    @Test
    void shouldAgreeWithTransformersOnAGroupsGradient() {
        check("gradient-group", KEEP_ALL, GradientGoldenTest::group);
    }

    @Test
    void shouldAgreeWithTransformersWhenLayersAreComputedTwice() {
        check("gradient-group", KEEP_LAYER_INPUTS, GradientGoldenTest::group);
    }

    /**
     * Inputs and expected results of one case.
     *
     * @param gradientOfLoss d loss / d logProbs of each answer
     */
    private record Case(PromptAnswers group, float[][] logProbs, float[][] gradientOfLoss) {}

    private static void check(String set, long activationBytes, Function<SafeTensors, Case> read) {
        int agree = 0;
        for (String name : NAMES) {
            Path folder = MODELS.resolve(name);
            Path file = folder.resolve(set + ".safetensors");
            assumeTrue(Files.exists(file), () -> "skipped: " + file + " is missing");
            double worst = worstDifference(folder, file, activationBytes, read);
            if (worst <= TOLERANCE) {
                agree++;
            } else {
                System.out.printf("golden models/%s/%s differs by %.1e%n", name, set, worst);
            }
        }
        System.out.printf("golden %s: %d read, %d agree%n", set, NAMES.size(), agree);
        assertThat(agree).isEqualTo(NAMES.size());
    }

    private static double worstDifference(
            Path folder, Path file, long activationBytes, Function<SafeTensors, Case> read) {
        try (PolicyFolder policy = PolicyFolder.open(folder);
                SafeTensors golden = SafeTensors.open(file);
                PolicyModel model = PolicyModel.load(policy);
                PolicyLearner learner = new PolicyLearner(model, AdamW.DEFAULT, activationBytes)) {
            Case example = read.apply(golden);
            AnswerScores scores = learner.accumulate(
                    List.of(example.group()), 1, given -> new float[][][] {example.gradientOfLoss()});
            double worst = 0;
            for (int a = 0; a < example.logProbs().length; a++) {
                worst = Math.max(worst, difference(example.logProbs()[a], scores.logProbs()[0][a]));
            }
            Map<String, float[]> gradients = learner.gradients();
            assertThat(gradients.keySet()).allMatch(name -> golden.names().contains("grad." + name));
            for (Map.Entry<String, float[]> gradient : gradients.entrySet()) {
                float[] expected = golden.floats("grad." + gradient.getKey());
                worst = Math.max(worst, difference(expected, gradient.getValue()) / largest(expected));
            }
            return worst;
        }
    }

    private static Case answer(SafeTensors golden) {
        int[] ids = ints(golden.longs("input_ids"));
        int promptLength = (int) golden.longs("prompt_length")[0];
        int[] answer = Arrays.copyOfRange(ids, promptLength, ids.length);
        float[] gradient = new float[answer.length];
        Arrays.fill(gradient, -1f / answer.length); // the loss is minus the mean
        return new Case(
                new PromptAnswers(Arrays.copyOf(ids, promptLength), List.of(answer)),
                new float[][] {golden.floats("logprobs")},
                new float[][] {gradient});
    }

    private static Case group(SafeTensors golden) {
        List<int[]> answers = new ArrayList<>();
        float[][] logProbs = new float[4][];
        float[][] gradient = new float[4][];
        for (int i = 0; i < 4; i++) {
            answers.add(ints(golden.longs("answer" + i + ".ids")));
            logProbs[i] = golden.floats("answer" + i + ".logprobs");
            gradient[i] = golden.floats("answer" + i + ".weights");
            for (int t = 0; t < gradient[i].length; t++) {
                gradient[i][t] = -gradient[i][t]; // the loss is the weighted sum of minus log-probabilities
            }
        }
        return new Case(new PromptAnswers(ints(golden.longs("prompt_ids")), answers), logProbs, gradient);
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    private static double difference(float[] expected, float[] found) {
        assertThat(found).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
            double difference = Math.abs(expected[i] - found[i]);
            worst = difference <= worst ? worst : difference; // keeps NaN
        }
        return worst;
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
