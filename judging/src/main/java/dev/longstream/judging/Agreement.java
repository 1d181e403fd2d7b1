package dev.longstream.judging;

import org.jspecify.annotations.Nullable;

/**
 * How often a judge said what it should have.
 *
 * @param cases it was asked about
 * @param agreed it said what the label says
 * @param falsePositives it said yes to what is not equivalent
 * @param falseNegatives it said no to what is
 * @param withoutVerdict it said neither; these are in no share
 */
public record Agreement(int cases, int agreed, int falsePositives, int falseNegatives, int withoutVerdict) {
    public static final Agreement NONE = new Agreement(0, 0, 0, 0, 0);

    /** Two-sided 95 % of the normal distribution. */
    private static final double Z = 1.959963984540054;


    /** @param score 1 yes, 0 no; null: no verdict */
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

    /** n: cases with a verdict. */
    public int verdicts() {
        return cases - withoutVerdict;
    }

    /** agreed / n; null where n is 0. */
    public @Nullable Double share() {
        return verdicts() == 0 ? null : (Double) ((double) agreed / verdicts());
    }

    /**
     * 95 % of the share (Wilson 1927):
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
