package dev.longstream.evaluation.comparison;

import dev.longstream.evaluation.Bootstrap;
import dev.longstream.judging.Interval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Difference of two candidates on the questions that both have a scored answer to. Both answered the same questions, so the
 * spread between questions cancels: this interval is narrower than the two candidates' own.
 *
 * @param candidate label of the candidate
 * @param baseline label of the candidate that it is compared with
 * @param questions number of questions with scored answers of both
 * @param difference mean over the questions of the candidate's mean reward minus the baseline's
 * @param interval bootstrap interval of the difference over questions, 95 %
 */
public record PairedDifference(String candidate, String baseline, int questions, double difference, Interval interval) {

    /**
     * Computes the difference.
     *
     * @param rewards mean rewards of the candidate by prompt id
     * @param reference mean rewards of the baseline by prompt id
     * @param seed seed of the bootstrap
     */
    static PairedDifference of(
            String candidate, Map<String, Double> rewards, String baseline, Map<String, Double> reference, long seed) {
        List<Double> differences = new ArrayList<>();
        rewards.forEach((promptId, reward) -> {
            Double other = reference.get(promptId);
            if (other != null) {
                differences.add(reward - other);
            }
        });
        double[] values = differences.stream().mapToDouble(Double::doubleValue).toArray();
        return new PairedDifference(
                candidate,
                baseline,
                values.length,
                differences.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                Bootstrap.ofMean(values, seed));
    }
}
