package dev.longstream.evaluation;

import dev.longstream.record.LengthBucket;

import java.util.ArrayList;
import java.util.List;

/**
 * Rewards of one policy on a set of questions, one answer per question.
 *
 * @param answers results of the questions that were answered and scored
 * @param failed number of questions without a reward: the reference answer could not be read, or the judge gave no
 *     verdict; they enter no mean
 */
public record EvaluationResult(List<AnswerResult> answers, int failed) {

    /**
     * Reward and length of the answer to one question.
     *
     * @param promptId id of the question
     * @param inputTokens length of the rendered prompt in tokens
     * @param reward reward of the answer, from 0 to 1
     * @param responseTokens length of the answer in tokens
     * @param truncated whether the length limit cut the answer off
     */
    public record AnswerResult(
            String promptId, int inputTokens, double reward, int responseTokens, boolean truncated) {}

    public EvaluationResult {
        answers = List.copyOf(answers);
    }

    /** Returns the mean reward over the scored questions; 0 without any. */
    public double reward() {
        return answers.stream().mapToDouble(AnswerResult::reward).average().orElse(0);
    }

    /** Returns the standard error of the mean reward, sample standard deviation / √n; 0 for fewer than two questions. */
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

    /** Returns the mean length of an answer in tokens; 0 without any. */
    public double responseLength() {
        return answers.stream().mapToInt(AnswerResult::responseTokens).average().orElse(0);
    }

    /** Returns the fraction of answers that the length limit cut off, from 0 to 1. */
    public double truncatedFraction() {
        return answers.isEmpty()
                ? 0
                : (double) answers.stream().filter(AnswerResult::truncated).count() / answers.size();
    }

    /**
     * Groups the answers by prompt length and averages each group; groups without a question are left out.
     *
     * @param upperBounds largest prompt length of each bucket in tokens, ascending; longer prompts form a last bucket
     */
    public List<LengthBucket> byLength(List<Integer> upperBounds) {
        List<Integer> bounds = new ArrayList<>(upperBounds);
        bounds.add(Integer.MAX_VALUE);
        List<LengthBucket> buckets = new ArrayList<>();
        int lower = 0;
        for (int upTo : bounds) {
            int from = lower;
            List<AnswerResult> within = answers.stream()
                    .filter(answer -> answer.inputTokens() > from && answer.inputTokens() <= upTo)
                    .toList();
            if (!within.isEmpty()) {
                EvaluationResult part = new EvaluationResult(within, 0);
                buckets.add(new LengthBucket(from, upTo, within.size(), part.reward(), part.responseLength()));
            }
            lower = upTo;
        }
        return List.copyOf(buckets);
    }
}
