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
 * Result of one candidate on one set of questions, a row of the table. A mean over questions weighs each question equally:
 * first over its scored answers, then over the questions.
 *
 * @param candidate label of the candidate
 * @param set name of the set; {@code all} for all questions together, {@code mean of sets} for the mean that weighs each set
 *     equally, which is how QwenLong-L1 reports an average
 * @param counts numbers of questions and attempts
 * @param reward mean reward over the questions with a scored answer; null without any
 * @param interval bootstrap interval of the mean reward, 95 %; null without any
 * @param failedAsZero mean reward with every failed attempt counted as 0, a lower bound
 * @param pass pass@k by k, over the questions with at least k scored answers; a k without such a question is left out
 * @param responseLength mean length of an answer in tokens
 * @param truncatedFraction fraction of answers that the length limit cut off, from 0 to 1
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
    /** Values of k for which pass@k is computed, as far as there are enough samples. */
    static final List<Integer> KS = List.of(1, 2, 4, 8, 16);

    private static final double RIGHT = 0.5;

    /**
     * Numbers of questions and attempts of one set.
     *
     * @param questions number of questions in the set
     * @param attempts number of attempts, questions × samples
     * @param failed number of attempts without an answer
     * @param unscored number of answers without a reward: the reference answer cannot be read, or the judge gave no verdict
     */
    public record AttemptCounts(int questions, int attempts, int failed, int unscored) {}

    /**
     * Estimate of pass@k for one k.
     *
     * @param mean mean over the questions
     * @param interval bootstrap interval of the mean, 95 %
     * @param questions number of questions with at least k scored answers
     */
    public record PassRate(double mean, Interval interval, int questions) {}

    /**
     * Outcomes of all attempts at one question.
     *
     * @param rewards rewards of the scored answers
     * @param failed number of attempts without an answer
     * @param unscored number of answers without a reward
     * @param tokens length of all answers together in tokens
     * @param truncated number of answers that the length limit cut off
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

    /**
     * Computes the row of a candidate on a set.
     *
     * @param asked outcomes, one per question
     * @param seed seed of the bootstrap
     */
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

    /**
     * Computes the row whose means weigh each set equally.
     *
     * @param sets outcomes, one per question, by set; every set has a question with a scored answer
     * @param rows rows of the sets
     * @param seed seed of the bootstrap
     */
    static ComparisonRow ofSets(
            String candidate, String name, List<List<AnswerOutcomes>> sets, List<ComparisonRow> rows, long seed) {
        List<double[]> rewards = sets.stream()
                .map(set -> values(
                        set.stream()
                                .filter(question -> !question.rewards().isEmpty())
                                .toList(),
                        AnswerOutcomes::mean))
                .toList();
        Map<Integer, PassRate> pass = new LinkedHashMap<>();
        for (int k : KS) {
            List<double[]> estimates = sets.stream()
                    .map(set -> values(
                            set.stream()
                                    .filter(question -> question.rewards().size() >= k)
                                    .toList(),
                            question -> PassAtK.of(question.rewards().size(), question.right(), k)))
                    .toList();
            if (estimates.stream().allMatch(values -> values.length > 0)) {
                pass.put(
                        k,
                        new PassRate(
                                meanOfMeans(estimates),
                                Bootstrap.ofMeanOfMeans(estimates, seed),
                                estimates.stream()
                                        .mapToInt(values -> values.length)
                                        .sum()));
            }
        }
        return new ComparisonRow(
                candidate,
                name,
                new AttemptCounts(
                        rows.stream().mapToInt(row -> row.counts().questions()).sum(),
                        rows.stream().mapToInt(row -> row.counts().attempts()).sum(),
                        rows.stream().mapToInt(row -> row.counts().failed()).sum(),
                        rows.stream().mapToInt(row -> row.counts().unscored()).sum()),
                meanOfMeans(rewards),
                Bootstrap.ofMeanOfMeans(rewards, seed),
                mean(rows.stream().mapToDouble(ComparisonRow::failedAsZero).toArray()),
                pass,
                mean(rows.stream().mapToDouble(ComparisonRow::responseLength).toArray()),
                mean(rows.stream().mapToDouble(ComparisonRow::truncatedFraction).toArray()));
    }

    private static double meanOfMeans(List<double[]> sets) {
        return sets.stream().mapToDouble(ComparisonRow::mean).average().orElse(0);
    }

    private static double[] values(List<AnswerOutcomes> asked, ToDoubleFunction<AnswerOutcomes> of) {
        return asked.stream().mapToDouble(of).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
