package dev.longstream.streams.advantage;

import java.util.List;
import java.util.function.Predicate;

/**
 * Shift and divisor that turn a group's centred rewards c into advantages A = (c − shift) / divisor; see {@link Scale}.
 *
 * @param shift subtracted from c first
 * @param divisor divides the difference
 */
public record BatchScale(double shift, double divisor) {
    /**
     * Computes the scale of each group, in the batch's order, from the groups of the batch alone.
     *
     * @param config its scale must be taken over a batch, see {@link Scale#ofBatch()}
     */
    public static List<BatchScale> of(List<GroupMoments> batch, AdvantageConfig config) {
        return batch.stream().map(group -> of(group, batch, config)).toList();
    }

    private static BatchScale of(GroupMoments group, List<GroupMoments> batch, AdvantageConfig config) {
        Predicate<GroupMoments> sameTask = other -> other.task().equals(group.task());
        return switch (config.scale()) {
            case NONE, GROUP ->
                throw new IllegalArgumentException(
                        "scale is " + config.scale() + ", which needs no batch, expected a scale over the batch");
            case TASK -> by(rewards(batch, sameTask).variance(config.populationDeviation()), config);
            case BATCH -> by(rewards(batch, any -> true).variance(config.populationDeviation()), config);
            case TASK_GROUP_VARIANCE ->
                by(
                        batch.stream()
                                .filter(sameTask)
                                .mapToDouble(other -> other.rewards().variance(config.populationDeviation()))
                                .average()
                                .orElse(0),
                        config);
            case WHITEN_OVER_TOKENS -> {
                Moments tokens = batch.stream().map(GroupMoments::centred).reduce(Moments.NONE, Moments::plus);
                double variance = tokens.variance(config.populationDeviation());
                yield new BatchScale(tokens.mean(), Math.sqrt(variance + config.epsilon()));
            }
        };
    }

    private static BatchScale by(double variance, AdvantageConfig config) {
        return new BatchScale(0, Math.sqrt(variance) + config.epsilon());
    }

    private static Moments rewards(List<GroupMoments> batch, Predicate<GroupMoments> which) {
        return batch.stream().filter(which).map(GroupMoments::rewards).reduce(Moments.NONE, Moments::plus);
    }

    /** Returns the advantage of a member whose reward is {@code centred} above its baseline. */
    public double of(double centred) {
        return (centred - shift) / divisor;
    }
}
