package dev.longstream.streams.curriculum;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Draws without replacement: the next item is i with probability w(i) over the sum of the remaining weights. Pure.
 *
 * <p>Each item gets the time −ln(u)/w(i), with u uniform in (0, 1) from the seed and the item's id alone; the order of
 * the times is such a draw (exponential clocks; Efraimidis and Spirakis 2006). The result depends on weights, seed and
 * ids, not on the order of the items, and an item's time does not change when another item joins.
 */
final class WeightedOrder {
    private static final double UNITS = 0x1p53;

    private WeightedOrder() {}

    /**
     * Returns the items in a weighted random order.
     *
     * @param weight weight of an item; items with weight 0 are left out
     */
    static List<PromptCandidate> of(
            long seed, int phase, long epoch, List<PromptCandidate> items, ToDoubleFunction<PromptCandidate> weight) {
        record TimedCandidate(double time, PromptCandidate item) {}
        return items.stream()
                .filter(item -> weight.applyAsDouble(item) > 0)
                .map(item -> new TimedCandidate(
                        -StrictMath.log(uniform(Seeds.of(seed, "retrospective", phase, epoch, item.id())))
                                / weight.applyAsDouble(item),
                        item))
                .sorted(Comparator.comparingDouble(TimedCandidate::time)
                        .thenComparing(clock -> clock.item().id()))
                .map(TimedCandidate::item)
                .toList();
    }

    /** Maps random bits to (0, 1), both ends excluded. */
    private static double uniform(long bits) {
        return ((bits >>> 11) + 0.5) / UNITS;
    }
}
