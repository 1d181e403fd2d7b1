package dev.longstream.trainer.supervised;

import dev.longstream.policy.training.PromptAnswers;

import java.util.Arrays;
import java.util.List;

/**
 * A prompt with answers to imitate. The model reads the prompt once for all answers; no answer attends to another.
 *
 * @param prompt int[P], token ids
 * @param answers token ids, one array for each answer
 * @param lossWeights one float for each token of each answer: 1 to imitate it, 0 to read it only, such as a question
 *     that precedes an answer
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record SupervisedRow(int[] prompt, List<int[]> answers, List<float[]> lossWeights) {
    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException if the shapes differ, or a weight is negative or not finite
     */
    public SupervisedRow {
        answers = List.copyOf(answers);
        lossWeights = List.copyOf(lossWeights);
        if (answers.size() != lossWeights.size()) {
            throw new IllegalArgumentException("A row has " + answers.size() + " answers and " + lossWeights.size()
                    + " arrays of loss weights, expected as many");
        }
        for (int answer = 0; answer < answers.size(); answer++) {
            if (answers.get(answer).length != lossWeights.get(answer).length) {
                throw new IllegalArgumentException("Answer " + answer + " has " + answers.get(answer).length
                        + " tokens and " + lossWeights.get(answer).length + " loss weights, expected as many");
            }
            for (float weight : lossWeights.get(answer)) {
                if (!(weight >= 0 && Float.isFinite(weight))) {
                    throw new IllegalArgumentException("Answer " + answer + " has a loss weight of " + weight
                            + ", expected a finite number that is not negative");
                }
            }
        }
    }

    /** Creates a row with one answer, all tokens of which are imitated. */
    public static SupervisedRow of(int[] prompt, int[] answer) {
        float[] weights = new float[answer.length];
        Arrays.fill(weights, 1);
        return new SupervisedRow(prompt, List.of(answer), List.of(weights));
    }

    PromptAnswers promptAnswers() {
        return new PromptAnswers(prompt, answers);
    }

    SupervisedRow slice(int from, int to) {
        return new SupervisedRow(prompt, answers.subList(from, to), lossWeights.subList(from, to));
    }

    /** Number of tokens that go through the model. */
    long tokens() {
        return prompt.length
                + answers.stream().mapToLong(answer -> answer.length).sum();
    }
}
