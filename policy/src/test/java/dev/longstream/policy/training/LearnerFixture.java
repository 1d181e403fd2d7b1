package dev.longstream.policy.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Prompts, answers and gradients of the tests of {@link PolicyLearner}. */
final class LearnerFixture {
    /** Tolerance of scores, as the plain forward pass computes in double precision. */
    static final double ROUNDING = 5e-5;

    private LearnerFixture() {}

    /** Returns a gradient that differs for every token, of both signs. */
    static float[][][] weightsByToken(AnswerScores scores) {
        float[][][] gradient = new float[scores.logProbs().length][][];
        for (int g = 0; g < gradient.length; g++) {
            gradient[g] = new float[scores.logProbs()[g].length][];
            for (int a = 0; a < gradient[g].length; a++) {
                gradient[g][a] = new float[scores.logProbs()[g][a].length];
                for (int t = 0; t < gradient[g][a].length; t++) {
                    // Tells answers apart by what they say: groups are given whole, and one by one.
                    gradient[g][a][t] = (float) Math.sin(1 + t + 10 * scores.logProbs()[g][a].length);
                }
            }
        }
        return gradient;
    }

    /** Returns prompts of 1 to 9 tokens below 40, each with 2 to 5 answers of up to 5 tokens. */
    static List<PromptAnswers> randomGroups(Random random, int count) {
        List<PromptAnswers> groups = new ArrayList<>();
        for (int g = 0; g < count; g++) {
            List<int[]> answers = new ArrayList<>();
            int size = 1 + random.nextInt(4);
            for (int a = 0; a < size; a++) {
                answers.add(random.ints(random.nextInt(6), 0, 40).toArray());
            }
            answers.add(random.ints(2, 0, 40).toArray()); // one that is not empty
            groups.add(
                    new PromptAnswers(random.ints(1 + random.nextInt(9), 0, 40).toArray(), answers));
        }
        return groups;
    }

    /** Returns a prompt followed by one of its answers. */
    static int[] sequence(PromptAnswers group, int answer) {
        int[] prompt = group.prompt();
        int[] tokens = Arrays.copyOf(prompt, prompt.length + group.answers().get(answer).length);
        System.arraycopy(group.answers().get(answer), 0, tokens, prompt.length, tokens.length - prompt.length);
        return tokens;
    }

    /** Receives one token of an answer. */
    interface TokenCheck {
        void check(int group, int answer, int token);
    }

    /** Calls {@code check} for each token of each answer. */
    static void forEachToken(List<PromptAnswers> groups, TokenCheck check) {
        for (int g = 0; g < groups.size(); g++) {
            for (int a = 0; a < groups.get(g).answers().size(); a++) {
                for (int t = 0; t < groups.get(g).answers().get(a).length; t++) {
                    check.check(g, a, t);
                }
            }
        }
    }

    /** Checks that tensors differ by no more than 1e-4 of their largest entry. */
    static void assertClose(Map<String, float[]> found, Map<String, float[]> expected) {
        expected.forEach((name, values) -> {
            double largest = Math.abs(values[indexOfLargest(values)]);
            for (int i = 0; i < values.length; i++) {
                assertThat((double) found.get(name)[i]).as(name).isCloseTo(values[i], within(1e-4 * largest + 1e-9));
            }
        });
    }

    /** Returns the index of the entry with the largest magnitude. */
    static int indexOfLargest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (Math.abs(values[i]) > Math.abs(values[largest])) {
                largest = i;
            }
        }
        return largest;
    }
}
