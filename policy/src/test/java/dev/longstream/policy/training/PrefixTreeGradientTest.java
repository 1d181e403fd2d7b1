package dev.longstream.policy.training;

import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.ModelConfig.Family;
import dev.longstream.policy.model.PolicyModel;
import dev.longstream.policy.model.RandomPolicy;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Trees of prompts and answers give what their sequences, one at a time, give. */
class PrefixTreeGradientTest {
    private static final double TOLERANCE = 1e-4;

    @Property(tries = 25)
    void shouldGiveLogProbabilitiesAndGradientsOfSeparateSequences(
            @ForAll long seed,
            @ForAll boolean keepActivations,
            @ForAll boolean headNorms,
            @ForAll @IntRange(min = 1, max = 3) int queriesPerKey) {
        // Given
        List<PromptAnswers> groups = new ArrayList<>();
        grow(new Random(seed), new int[0], 0, groups);
        ModelConfig config = RandomPolicy.config(
                headNorms ? Family.QWEN3 : Family.LLAMA, 2, 2 * queriesPerKey, 2, seed % 2 == 0, false, headNorms);
        long kept = keepActivations ? Long.MAX_VALUE : 0;
        try (PolicyModel model = RandomPolicy.model(config, seed);
                PolicyLearner together = new PolicyLearner(model, AdamW.DEFAULT, kept);
                PolicyLearner separately = new PolicyLearner(model, AdamW.DEFAULT)) {
            // When
            AnswerScores scores = together.accumulate(groups, 0.8f, given -> weights(groups));
            // Then
            float[][][] weights = weights(groups);
            for (int g = 0; g < groups.size(); g++) {
                for (int a = 0; a < groups.get(g).answers().size(); a++) {
                    int group = g;
                    int answer = a;
                    AnswerScores own = separately.accumulate(
                            List.of(new PromptAnswers(
                                    groups.get(g).prompt(),
                                    List.of(groups.get(g).answers().get(a)))),
                            0.8f,
                            given -> new float[][][] {{weights[group][answer]}});
                    assertClose(scores.logProbs()[g][a], own.logProbs()[0][0]);
                    assertClose(scores.entropies()[g][a], own.entropies()[0][0]);
                }
            }
            Map<String, float[]> expected = separately.gradients();
            together.gradients().forEach((name, gradient) -> assertClose(gradient, expected.get(name)));
        }
    }

    /** Prompts of up to four levels; each level begins where its parent ends, with a token none of its siblings begins with. */
    private static void grow(Random random, int[] prefix, int depth, List<PromptAnswers> groups) {
        int children = depth == 0 ? 1 + random.nextInt(2) : 1 + random.nextInt(3);
        for (int child = 0; child < children; child++) {
            int length = 16 + random.nextInt(30);
            int[] prompt = IntStream.concat(
                            IntStream.of(prefix), IntStream.concat(IntStream.of(child), random.ints(length, 0, 40)))
                    .toArray();
            boolean leaf = depth == 3 || random.nextInt(3) == 0;
            if (leaf || random.nextInt(3) == 0) {
                List<int[]> answers = new ArrayList<>();
                int count = 1 + random.nextInt(4);
                for (int a = 0; a < count; a++) {
                    answers.add(random.ints(random.nextInt(5), 0, 40).toArray());
                }
                answers.add(random.ints(1 + random.nextInt(40), 0, 40).toArray());
                groups.add(new PromptAnswers(prompt, answers));
            }
            if (!leaf) {
                grow(random, prompt, depth + 1, groups);
            }
        }
    }

    /** Draws one weight per token, positive or negative. */
    private static float[][][] weights(List<PromptAnswers> groups) {
        Random random = new Random(1);
        return groups.stream()
                .map(group -> group.answers().stream()
                        .map(answer -> {
                            float[] weights = new float[answer.length];
                            for (int t = 0; t < weights.length; t++) {
                                weights[t] = (float) random.nextGaussian();
                            }
                            return weights;
                        })
                        .toArray(float[][]::new))
                .toArray(float[][][]::new);
    }

    /** Within a share of the largest entry. */
    private static void assertClose(float[] found, float[] expected) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(TOLERANCE * largest + 1e-9));
        }
    }
}
