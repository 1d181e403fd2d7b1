package dev.longstream.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.longstream.evaluation.Bootstrap;
import dev.longstream.evaluation.PassAtK;
import dev.longstream.judging.Interval;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How one candidate did on one set: a row of the table. A mean is over questions, of each question's mean over its scored answers.
 *
 * @param set name of the set; {@code all} for all of them
 * @param counts questions and attempts
 * @param reward mean of the questions with a scored answer; null: there is none
 * @param interval of it, 95 %
 * @param failedAsZero the same with every failed attempt a reward of 0: what it is at least
 * @param pass k to the mean of pass@k of the questions with at least k scored answers; k is left out where there is none
 * @param responseLength mean tokens an answer
 * @param truncatedFraction answers that the length limit cut
 */
public record ComparisonRow(
        String candidate,
        String set,
        @JsonUnwrapped AttemptCounts counts,
        @Nullable Double reward,
        @Nullable Interval interval,
        double failedAsZero,
        Map<Integer, PassRate> pass,
        double responseLength,
        double truncatedFraction) {
    /** Printed where there are as many samples. */
    static final List<Integer> KS = List.of(1, 2, 4, 8);

    private static final double RIGHT = 0.5;

    /**
     * Questions and attempts on one set.
     *
     * @param questions in the set
     * @param attempts made: questions × samples
     * @param failed attempts without an answer
     * @param unscored answers without a reward: the gold cannot be read, or the judge gave no verdict
     */
    public record AttemptCounts(int questions, int attempts, int failed, int unscored) {}

    /**
     * One pass@k.
     *
     * @param questions it is over
     */
    public record PassRate(double mean, Interval interval, int questions) {}

    /**
     * What became of a question.
     *
     * @param rewards of the answers that were scored
     * @param failed attempts without an answer
     * @param unscored answers without a score
     * @param tokens of all answers
     * @param truncated answers
     */
    record AnswerOutcomes(List<Double> rewards, int failed, int unscored, int tokens, int truncated) {
        int answers() {
            return rewards.size() + unscored;
        }

        double mean() {
            return rewards.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        int right() {
            return (int) rewards.stream().filter(reward -> reward >= RIGHT).count();
        }
    }

    /** @param seed of the bootstrap */
    static ComparisonRow of(String candidate, String set, List<AnswerOutcomes> asked, long seed) {
        List<AnswerOutcomes> scored =
                asked.stream().filter(question -> !question.rewards().isEmpty()).toList();
        int failed = asked.stream().mapToInt(AnswerOutcomes::failed).sum();
        int answers = asked.stream().mapToInt(AnswerOutcomes::answers).sum();
        double[] rewards = values(scored, AnswerOutcomes::mean);
        Map<Integer, PassRate> pass = new LinkedHashMap<>();
        for (int k : KS) {
            List<AnswerOutcomes> enough = scored.stream()
                    .filter(question -> question.rewards().size() >= k)
                    .toList();
            if (!enough.isEmpty()) {
                double[] estimates =
                        values(enough, question -> PassAtK.of(question.rewards().size(), question.right(), k));
                pass.put(k, new PassRate(mean(estimates), Bootstrap.ofMean(estimates, seed), enough.size()));
            }
        }
        List<AnswerOutcomes> counted = asked.stream()
                .filter(question -> question.rewards().size() + question.failed() > 0)
                .toList();
        return new ComparisonRow(
                candidate,
                set,
                new AttemptCounts(
                        asked.size(),
                        answers + failed,
                        failed,
                        asked.stream().mapToInt(AnswerOutcomes::unscored).sum()),
                rewards.length == 0 ? null : Double.valueOf(mean(rewards)),
                rewards.length == 0 ? null : Bootstrap.ofMean(rewards, seed),
                mean(values(
                        counted,
                        question -> question.mean()
                                * question.rewards().size()
                                / (question.rewards().size() + question.failed()))),
                pass,
                answers == 0
                        ? 0
                        : asked.stream().mapToDouble(AnswerOutcomes::tokens).sum() / answers,
                answers == 0
                        ? 0
                        : asked.stream().mapToDouble(AnswerOutcomes::truncated).sum() / answers);
    }

    private static double[] values(List<AnswerOutcomes> asked, ToDoubleFunction<AnswerOutcomes> of) {
        return asked.stream().mapToDouble(of).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
