package dev.longstream.rewards.rules;

import dev.longstream.config.Problems;

/**
 * When a stated number is the gold's.
 *
 * @param tolerance t: p is g where |p − g| ≤ t·|g|
 * @param wholeBelow two whole numbers must be equal where the gold's size is below it: a year is no measurement; 0: never
 * @param scale what a word such as million counts for
 * @param percent what a percent sign counts for
 */
public record NumberSettings(double tolerance, double wholeBelow, Marks scale, Marks percent) {
    /** What a percent sign or a scale word counts for. */
    public enum Marks {
        /** Both numbers bear the same one, or none does. */
        SAME,
        /** Numbers are compared at their worth: 5% is 0.05, 5 million is 5,000,000. */
        WORTH,
        /** At their worth; or as written, where the mark may have been left to the question: 5% is also 5, but a gold's million stays. */
        WORTH_OR_WRITTEN
    }

    public static final NumberSettings DEFAULT =
            new NumberSettings(0.0015, 10_000, Marks.WORTH_OR_WRITTEN, Marks.WORTH_OR_WRITTEN);
    /** No tolerance, and no mark that the other does not bear. */
    static final NumberSettings EXACT = new NumberSettings(0, 0, Marks.SAME, Marks.SAME);

    /** Keeps a number exactly at the tolerance inside it whichever way the product rounds. */
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
        return bothWhole && Math.abs(gold) < wholeBelow
                ? answer == gold
                : Math.abs(answer - gold) <= tolerance * Math.abs(gold) * ROUNDING_SLACK;
    }
}
