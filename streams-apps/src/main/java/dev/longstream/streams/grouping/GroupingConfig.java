package dev.longstream.streams.grouping;

import dev.longstream.config.Problems;

/**
 * How rewards become advantages.
 *
 * @param divideByDeviation whether an advantage is in standard deviations of its group (GRPO) or in rewards (Dr.GRPO)
 * @param epsilon added to the deviation before dividing by it
 */
public record GroupingConfig(boolean divideByDeviation, double epsilon) {
    public static final GroupingConfig DEFAULT = new GroupingConfig(true, 1e-6);

    public GroupingConfig {
        new Problems("grouping")
                .require(
                        epsilon > 0 && Double.isFinite(epsilon),
                        "epsilon is %s, must be a positive number: it keeps a small deviation from making a huge advantage",
                        epsilon)
                .throwIfAny();
    }
}
