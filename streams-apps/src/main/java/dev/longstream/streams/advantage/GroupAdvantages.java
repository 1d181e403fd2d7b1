package dev.longstream.streams.advantage;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Advantages from a group's own rewards: A_i = (r_i − baseline) / (deviation + ε). There is no division where the scale
 * is none or is taken over a batch ({@link BatchScale} divides then). A member without a reward enters no baseline and
 * has no advantage.
 *
 * @param mean mean of the rewards; null if there are none
 * @param deviation standard deviation of the rewards; null if there are fewer than two
 * @param values advantages in the members' order; null for a member without a reward
 */
public record GroupAdvantages(@Nullable Double mean, @Nullable Double deviation, List<@Nullable Double> values) {

    /**
     * Computes the advantages of one group.
     *
     * @param rewards rewards in the members' order, penalties included; null for a member without one
     * @param lengths lengths of the answers in tokens, in the same order
     */
    public static GroupAdvantages of(List<@Nullable Double> rewards, List<Integer> lengths, AdvantageConfig config) {
        int[] present = IntStream.range(0, rewards.size())
                .filter(i -> rewards.get(i) != null)
                .toArray();
        double[] values = Arrays.stream(present)
                .mapToDouble(i -> Objects.requireNonNull(rewards.get(i)))
                .toArray();
        double[] weights = Arrays.stream(present).mapToDouble(lengths::get).toArray();
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        Moments moments = Moments.of(values, ones);
        Double deviation = values.length < 2 ? null : Math.sqrt(moments.variance(config.populationDeviation()));
        double byLength = Moments.of(values, weights).mean();
        List<@Nullable Double> advantages = new ArrayList<>(rewards.size());
        for (Double reward : rewards) {
            advantages.add(reward == null ? null : advantage(reward, moments, deviation, byLength, config));
        }
        return new GroupAdvantages(values.length == 0 ? null : moments.mean(), deviation, advantages);
    }

    private static double advantage(
            double reward, Moments moments, @Nullable Double deviation, double byLength, AdvantageConfig config) {
        boolean scaled = config.scale() == Scale.GROUP;
        if (deviation == null) {
            double alone = config.groupOfOne() == GroupOfOne.REWARD ? reward : 0;
            return scaled ? alone / (1 + config.epsilon()) : alone;
        }
        double centred = reward - moments.mean();
        double distance =
                switch (config.baseline()) {
                    case GROUP_MEAN -> centred;
                    case LEAVE_ONE_OUT -> centred * moments.weight() / (moments.weight() - 1);
                    case LENGTH_WEIGHTED_MEAN -> reward - byLength;
                };
        return scaled ? distance / (deviation + config.epsilon()) : distance;
    }

    /**
     * Returns whether all rewards are equal, so that no gradient follows. The method compares the rewards themselves,
     * not their rounded deviation.
     */
    public static boolean uniform(List<@Nullable Double> rewards) {
        DoubleSummaryStatistics statistics = rewards.stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .summaryStatistics();
        return statistics.getMax() <= statistics.getMin();
    }
}
