package dev.longstream.evaluation;

import dev.longstream.judging.Interval;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Computes confidence intervals of a mean over questions by the percentile bootstrap (Efron 1979). */
public final class Bootstrap {
    private static final int RESAMPLES = 2000;
    private static final double TAIL = 0.025;

    private Bootstrap() {}

    /**
     * Returns the 95 % confidence interval of the mean of the sets' means, from 2,000 resamples within each set.
     *
     * @param sets one value per question, by set; every set has at least one
     * @param seed seed of the resampling
     */
    public static Interval ofMeanOfMeans(List<double[]> sets, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            for (double[] values : sets) {
                double sum = 0;
                for (int draw = 0; draw < values.length; draw++) {
                    sum += values[random.nextInt(values.length)];
                }
                means[i] += sum / values.length / sets.size();
            }
        }
        Arrays.sort(means);
        int tail = (int) Math.floor(TAIL * (RESAMPLES - 1));
        return new Interval(means[tail], means[RESAMPLES - 1 - tail]);
    }

    /**
     * Returns the 95 % confidence interval of the mean of {@code values}, from 2,000 resamples with replacement.
     *
     * @param values one value per question; with fewer than two both bounds are the mean
     * @param seed seed of the resampling; the same values and seed give the same interval
     */
    public static Interval ofMean(double[] values, long seed) {
        double mean = Arrays.stream(values).average().orElse(0);
        if (values.length < 2) {
            return new Interval(mean, mean);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int draw = 0; draw < values.length; draw++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        int tail = (int) Math.floor(TAIL * (RESAMPLES - 1));
        return new Interval(means[tail], means[RESAMPLES - 1 - tail]);
    }
}
