package dev.longstream.rewards.rules;

import dev.longstream.config.Problems;

/**
 * Decides whether a number in an answer equals the gold.
 *
 * @param tolerance relative tolerance t: an answer p equals the gold g if |p − g| ≤ t·|g|
 * @param wholeBelow whole numbers must be exactly equal where |g| is below this, because a year is no measurement; 0:
 *     never
 * @param scale comparison of scale words such as million
 * @param percent comparison of percent signs
 */
public record NumberSettings(double tolerance, double wholeBelow, Marks scale, Marks percent) {
    /** Comparison of numbers with a percent sign or a scale word. */
    public enum Marks {
        /** Both numbers have the same mark, or neither has one. */
        SAME,
        /** Numbers are compared by value: 5% is 0.05, 5 million is 5,000,000. */
        WORTH,
        /**
         * Numbers are compared by value or as written, since the question may imply the mark: 5% also equals 5. A scale
         * word in the gold always counts.
         */
        WORTH_OR_WRITTEN
    }

    /** A tolerance of 0.15%, whole numbers below 10,000 exact, marks by value or as written. */
    public static final NumberSettings DEFAULT =
            new NumberSettings(0.0015, 10_000, Marks.WORTH_OR_WRITTEN, Marks.WORTH_OR_WRITTEN);
    /** No tolerance, and equal marks on both sides. */
    static final NumberSettings EXACT = new NumberSettings(0, 0, Marks.SAME, Marks.SAME);

    /** Accepts a number exactly at the tolerance, whichever way the product rounds. */
    private static final double ROUNDING_SLACK = 1 + 1e-9;

    public NumberSettings {
        new Problems("number")
                .require(tolerance >= 0 && tolerance < 1, "tolerance is %s, must be in [0, 1)", tolerance)
                .require(wholeBelow >= 0, "whole-below is %s, must not be negative", wholeBelow)
                .require(scale != null, "scale is missing, expected same, worth or worth-or-written")
                .require(percent != null, "percent is missing, expected same, worth or worth-or-written")
                .throwIfAny();
    }

    boolean close(double answer, double gold, boolean bothWhole) {
        return (bothWhole && Math.abs(gold) < wholeBelow)
                ? answer == gold
                : Math.abs(answer - gold) <= tolerance * Math.abs(gold) * ROUNDING_SLACK;
    }
}
