package dev.longstream.streams.advantage;

import dev.longstream.config.Problems;

/**
 * Settings of the advantage, A = (reward − baseline) / scale.
 *
 * @param baseline value that a reward is compared with
 * @param scale divisor of the distance from the baseline, over a group, over a task's prompts in the batch, or over the
 *     batch
 * @param populationDeviation whether a variance divides by n instead of n − 1
 * @param epsilon number added before the division: to the deviation, with {@code whiten-over-tokens} to the variance
 * @param uniformGroups treatment of a group whose rewards are all equal
 * @param groupOfOne treatment of a group in which only one answer has a reward
 * @param overlong penalty on length, added to the reward first
 */
public record AdvantageConfig(
        Baseline baseline,
        Scale scale,
        boolean populationDeviation,
        double epsilon,
        UniformGroups uniformGroups,
        GroupOfOne groupOfOne,
        OverlongPenalty overlong) {
    /** Group mean, group deviation, dynamic sampling, no penalty on length. */
    public static final AdvantageConfig DEFAULT = new AdvantageConfig(
            Baseline.GROUP_MEAN, Scale.GROUP, false, 1e-6, UniformGroups.REFILL, GroupOfOne.ZERO, OverlongPenalty.NONE);

    public AdvantageConfig {
        new Problems("objective.advantage")
                .require(
                        epsilon > 0 && Double.isFinite(epsilon),
                        "epsilon is %s, must be positive: it keeps a small deviation from making a huge advantage",
                        epsilon)
                .require(
                        !populationDeviation || scale != Scale.NONE,
                        "population-deviation is true, but scale is none, which has no deviation")
                .require(
                        overlong.maximumLength() >= 0,
                        "overlong.maximum-length is %d tokens, must be positive, or 0 for no penalty",
                        overlong.maximumLength())
                .require(
                        overlong.maximumLength() == 0
                                ? overlong.cacheLength() == 0
                                : overlong.cacheLength() >= 1 && overlong.cacheLength() <= overlong.maximumLength(),
                        "overlong.cache-length is %d tokens, must be at least 1 and at most overlong.maximum-length"
                                + " (%d), or 0 where that is 0",
                        overlong.cacheLength(),
                        overlong.maximumLength())
                .throwIfAny();
    }
}
