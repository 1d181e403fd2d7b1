package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * Counts how often a judge's verdicts agree with labels.
 *
 * @param cases number of cases sent to the judge
 * @param agreed verdicts that equal the label
 * @param falsePositives verdicts of yes on answers that are not equivalent
 * @param falseNegatives verdicts of no on answers that are equivalent
 * @param withoutVerdict cases without a verdict; no share includes them
 */
public record Agreement(int cases, int agreed, int falsePositives, int falseNegatives, int withoutVerdict) {
    /** No cases at all. */
    public static final Agreement NONE = new Agreement(0, 0, 0, 0, 0);

    /** Quantile of the normal distribution for a two-sided interval of 95 %. */
    private static final double Z = 1.959963984540054;

    /**
     * Adds one case.
     *
     * @param equivalent the label
     * @param score 1 for yes, 0 for no, null for no verdict
     */
    Agreement plus(boolean equivalent, @Nullable Double score) {
        if (score == null) {
            return new Agreement(cases + 1, agreed, falsePositives, falseNegatives, withoutVerdict + 1);
        }
        boolean yes = score == 1;
        return new Agreement(
                cases + 1,
                agreed + (yes == equivalent ? 1 : 0),
                falsePositives + (yes && !equivalent ? 1 : 0),
                falseNegatives + (!yes && equivalent ? 1 : 0),
                withoutVerdict);
    }

    /** Returns n, the number of cases with a verdict. */
    public int verdicts() {
        return cases - withoutVerdict;
    }

    /** Returns agreed / n; null if n is 0. */
    public @Nullable Double share() {
        return verdicts() == 0 ? null : (Double) ((double) agreed / verdicts());
    }

    /**
     * Returns the 95 % confidence interval of the share (Wilson 1927):
     *
     * <pre>(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)</pre>
     */
    public Interval interval() {
        double n = verdicts();
        if (n == 0) {
            return new Interval(0, 1);
        }
        double p = agreed / n;
        double middle = p + Z * Z / (2 * n);
        double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        double whole = 1 + Z * Z / n;
        return new Interval(Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole));
    }
}
