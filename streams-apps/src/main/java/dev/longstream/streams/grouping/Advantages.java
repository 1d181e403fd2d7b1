package dev.longstream.streams.grouping;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Objects;

/**
 * Rewards relative to their group: A_i = (r_i − mean) / (deviation + ε), GRPO (DeepSeekMath, arXiv 2402.03300); without the
 * division, Dr.GRPO (arXiv 2503.20783). A member without a reward is in no mean and has no advantage; a single reward has
 * nothing to be compared with: 0.
 *
 * @param mean of the rewards; null: there are none
 * @param deviation of the rewards, over n − 1; null: fewer than two
 * @param values one a member, in the members' order; null where the member has no reward
 */
record Advantages(@Nullable Double mean, @Nullable Double deviation, List<@Nullable Double> values) {

    static Advantages of(List<@Nullable Double> rewards, GroupingConfig config) {
        double[] present = present(rewards);
        Double mean = present.length == 0 ? null : mean(present);
        Double deviation = mean == null || present.length == 1 ? null : deviation(present, mean);
        List<@Nullable Double> values = new ArrayList<>(rewards.size());
        for (Double reward : rewards) {
            values.add(reward == null || mean == null ? null : advantage(reward, mean, deviation, config));
        }
        return new Advantages(mean, deviation, values);
    }

    private static double advantage(double reward, double mean, @Nullable Double deviation, GroupingConfig config) {
        if (deviation == null) {
            return 0;
        }
        double difference = reward - mean;
        return config.divideByDeviation() ? difference / (deviation + config.epsilon()) : difference;
    }

    /** Whether all rewards are the same number, so that there is nothing to learn: judged by them, not by a rounded deviation. */
    static boolean uniform(List<@Nullable Double> rewards) {
        DoubleSummaryStatistics statistics = Arrays.stream(present(rewards)).summaryStatistics();
        return statistics.getMax() <= statistics.getMin();
    }

    private static double[] present(List<@Nullable Double> rewards) {
        return rewards.stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(double[] values, double mean) {
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }
}
