package dev.longstream.evaluation;

import dev.longstream.record.LengthBucket;

import java.util.ArrayList;
import java.util.List;

/**
 * Rewards of one policy on a set of questions.
 *
 * @param answers one for each question that was answered and scored
 * @param failed questions whose gold could not be read; in no mean
 */
public record EvaluationResult(List<AnswerResult> answers, int failed) {

    /**
     * One question's outcome.
     *
     * @param promptId the question
     * @param inputTokens of its prompt
     * @param reward of the answer
     * @param responseTokens of the answer
     * @param truncated whether the length limit cut it
     */
    public record AnswerResult(
            String promptId, int inputTokens, double reward, int responseTokens, boolean truncated) {}

    public EvaluationResult {
        answers = List.copyOf(answers);
    }

    /** Mean reward; 0 where there is no question. */
    public double reward() {
        return answers.stream().mapToDouble(AnswerResult::reward).average().orElse(0);
    }

    /** Of the mean, over questions: sample standard deviation / √n; 0 for fewer than two. */
    public double standardError() {
        int n = answers.size();
        if (n < 2) {
            return 0;
        }
        double mean = reward();
        double squares = answers.stream()
                .mapToDouble(answer -> (answer.reward() - mean) * (answer.reward() - mean))
                .sum();
        return Math.sqrt(squares / (n - 1) / n);
    }

    public double responseLength() {
        return answers.stream().mapToInt(AnswerResult::responseTokens).average().orElse(0);
    }

    public double truncatedFraction() {
        return answers.isEmpty()
                ? 0
                : (double) answers.stream().filter(AnswerResult::truncated).count() / answers.size();
    }

    /** The same by input length; buckets without a question are left out. */
    public List<LengthBucket> byLength(List<Integer> upperBounds) {
        List<Integer> bounds = new ArrayList<>(upperBounds);
        bounds.add(Integer.MAX_VALUE);
        List<LengthBucket> buckets = new ArrayList<>();
        int moreThan = 0;
        for (int upTo : bounds) {
            int from = moreThan;
            List<AnswerResult> within = answers.stream()
                    .filter(answer -> answer.inputTokens() > from && answer.inputTokens() <= upTo)
                    .toList();
            if (!within.isEmpty()) {
                EvaluationResult part = new EvaluationResult(within, 0);
                buckets.add(new LengthBucket(from, upTo, within.size(), part.reward(), part.responseLength()));
            }
            moreThan = upTo;
        }
        return List.copyOf(buckets);
    }
}
