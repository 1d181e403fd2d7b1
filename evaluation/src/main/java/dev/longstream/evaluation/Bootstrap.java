package dev.longstream.evaluation;

import dev.longstream.judging.Interval;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Percentile bootstrap of a mean over questions (Efron 1979): questions are drawn again, with replacement. */
public final class Bootstrap {
    private static final int RESAMPLES = 2000;
    private static final double TAIL = 0.025;

    private Bootstrap() {}


    /**
     * The interval of the mean that covers 95 %.
     *
     * @param values one a question; their mean alone where there are fewer than two
     * @param seed the same values and seed give the same interval
     */
    public static Interval ofMean(double[] values, long seed) {
        double mean = Arrays.stream(values).average().orElse(0);
        if (values.length < 2) {
            return new Interval(mean, mean);
        }
        var random = new SplittableRandom(seed);
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
