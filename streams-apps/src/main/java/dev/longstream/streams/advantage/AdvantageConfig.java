package dev.longstream.streams.advantage;

import dev.longstream.config.Problems;

/**
 * How rewards become advantages.
 *
 * @param baseline what a reward is compared with
 * @param scale what the distance from it is divided by, and over what: a group, a task of the batch, or the batch
 * @param populationDeviation whether a group's, a task's or a batch's squares are divided by n instead of n − 1
 * @param epsilon added to the deviation, with {@code whiten-over-tokens} to the variance, before dividing by it
 * @param groupOfOne what becomes of a group in which a single answer has a reward
 * @param overlong penalty on length, added to the reward first
 */
public record AdvantageConfig(
        Baseline baseline,
        Scale scale,
        boolean populationDeviation,
        double epsilon,
        GroupOfOne groupOfOne,
        OverlongPenalty overlong) {
    /** GRPO. */
    public static final AdvantageConfig DEFAULT =
            new AdvantageConfig(Baseline.GROUP_MEAN, Scale.GROUP, false, 1e-6, GroupOfOne.ZERO, OverlongPenalty.NONE);

    public AdvantageConfig {
        new Problems("objective.advantage")
                .require(
                        epsilon > 0 && Double.isFinite(epsilon),
                        "epsilon is %s, must be a positive number: it keeps a small deviation from making a huge advantage",
                        epsilon)
                .require(
                        !populationDeviation || scale != Scale.NONE,
                        "population-deviation is true, but scale is none: there is no deviation")
                .require(
                        overlong.maximumLength() >= 0,
                        "overlong.maximum-length is %d tokens, must be positive, or 0 for no penalty",
                        overlong.maximumLength())
                .require(
                        overlong.maximumLength() == 0
                                ? overlong.cacheLength() == 0
                                : overlong.cacheLength() >= 1 && overlong.cacheLength() <= overlong.maximumLength(),
                        "overlong.cache-length is %d tokens, must be at least 1 and at most overlong.maximum-length (%d), or 0"
                                + " where that is 0",
                        overlong.cacheLength(),
                        overlong.maximumLength())
                .throwIfAny();
    }
}
