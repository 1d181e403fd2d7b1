package dev.longstream.evaluation;

import dev.longstream.record.LengthBucket;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Rewards of one policy on a set of questions, one answer per question. Answers without a reward enter no mean.
 *
 * @param all results of the questions that were answered
 */
public record EvaluationResult(List<AnswerResult> all) {

    /**
     * Reward and length of the answer to one question.
     *
     * @param promptId id of the question
     * @param inputTokens length of the rendered prompt in tokens
     * @param reward reward of the answer, from 0 to 1; null if the reference answer could not be read, or the judge gave
     *     no verdict
     * @param text text of the answer, special tokens included
     * @param responseTokens length of the answer in tokens
     * @param truncated whether the length limit cut the answer off
     */
    public record AnswerResult(
            String promptId,
            int inputTokens,
            @Nullable Double reward,
            String text,
            int responseTokens,
            boolean truncated) {
        double rewarded() {
            return Objects.requireNonNull(reward);
        }
    }

    public EvaluationResult {
        all = List.copyOf(all);
    }

    /** Returns the answers that have a reward. */
    public List<AnswerResult> answers() {
        return all.stream().filter(answer -> answer.reward() != null).toList();
    }

    /** Returns the number of answers without a reward. */
    public int failed() {
        return all.size() - answers().size();
    }

    /** Returns the mean reward over the scored questions; 0 without any. */
    public double reward() {
        return answers().stream().mapToDouble(AnswerResult::rewarded).average().orElse(0);
    }

    /** Returns the standard error of the mean reward, sample standard deviation / √n; 0 for fewer than two questions. */
    public double standardError() {
        List<AnswerResult> answers = answers();
        int n = answers.size();
        if (n < 2) {
            return 0;
        }
        double mean = reward();
        double squares = answers.stream()
                .mapToDouble(answer -> (answer.rewarded() - mean) * (answer.rewarded() - mean))
                .sum();
        return Math.sqrt(squares / (n - 1) / n);
    }

    /** Returns the mean length of an answer in tokens; 0 without any. */
    public double responseLength() {
        return answers().stream()
                .mapToInt(AnswerResult::responseTokens)
                .average()
                .orElse(0);
    }

    /** Returns the fraction of answers that the length limit cut off, from 0 to 1. */
    public double truncatedFraction() {
        List<AnswerResult> answers = answers();
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
            List<AnswerResult> within = answers().stream()
                    .filter(answer -> answer.inputTokens() > from && answer.inputTokens() <= upTo)
                    .toList();
            if (!within.isEmpty()) {
                EvaluationResult part = new EvaluationResult(within);
                buckets.add(new LengthBucket(from, upTo, within.size(), part.reward(), part.responseLength()));
            }
            lower = upTo;
        }
        return List.copyOf(buckets);
    }
}
