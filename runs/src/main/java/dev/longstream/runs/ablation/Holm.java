package dev.longstream.runs.ablation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Adjusts the p-values of several tests for their number, by the method of Holm (1979). */
final class Holm {
    private Holm() {}

    /**
     * Returns the adjusted p-values in the order of the given ones: the i-th smallest of m times (m − i + 1), at least the
     * adjusted value of the one before, at most 1.
     */
    static double[] adjusted(List<Double> pValues) {
        int[] ascending = IntStream.range(0, pValues.size())
                .boxed()
                .sorted(Comparator.comparing(pValues::get))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[ascending.length];
        double before = 0;
        for (int rank = 0; rank < ascending.length; rank++) {
            double scaled = pValues.get(ascending[rank]) * (ascending.length - rank);
            before = Math.min(1, Math.max(before, scaled));
            adjusted[ascending[rank]] = before;
        }
        return adjusted;
    }
}
