package dev.longstream.runs.ablation;

import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Mean of several values with its spread. Intervals and tests use Student's t distribution with n − 1 degrees of freedom,
 * because the deviation is estimated from the same few values.
 *
 * @param count n, number of values
 * @param mean mean of the values
 * @param deviation sample standard deviation (n − 1); null for fewer than two values
 * @param standardError standard error of the mean, deviation / √n; null for fewer than two values
 */
public record Spread(int count, double mean, @Nullable Double deviation, @Nullable Double standardError) {
    /** Confidence of intervals; 1 minus it is the level of tests. */
    static final double CONFIDENCE = 0.95;

    /** Probability with which the design finds {@link #detectable}. */
    static final double POWER = 0.8;

    /** Returns the mean and spread of the values; empty without values. */
    static Optional<Spread> of(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        int n = values.size();
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        if (n < 2) {
            return Optional.of(new Spread(n, mean, null, null));
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double deviation = Math.sqrt(squares / (n - 1));
        return Optional.of(new Spread(n, mean, deviation, deviation / Math.sqrt(n)));
    }

    /** Returns half the width of the 95% interval around the mean; null for fewer than two values. */
    public @Nullable Double margin() {
        return standardError == null ? null : (Double) (standardError * quantile((1 + CONFIDENCE) / 2));
    }

    /**
     * Returns the smallest true mean that a two-sided test at the 5% level finds with 80% power, if the deviation is the
     * true one: (t(0.975) + t(0.8))·standard error. Null for fewer than two values.
     */
    public @Nullable Double detectable() {
        return standardError == null
                ? null
                : (Double) (standardError * (quantile((1 + CONFIDENCE) / 2) + quantile(POWER)));
    }

    /**
     * Returns the two-sided p-value of the hypothesis that the true mean is 0. Null for fewer than two values; 0 if the
     * values are equal and not 0.
     */
    public @Nullable Double pValue() {
        if (standardError == null) {
            return null;
        }
        if (standardError == 0) {
            return mean == 0 ? 1.0 : 0.0;
        }
        return 2 * TDistribution.of(count - 1).survivalProbability(Math.abs(mean) / standardError);
    }

    private double quantile(double probability) {
        return TDistribution.of(count - 1).inverseCumulativeProbability(probability);
    }
}
