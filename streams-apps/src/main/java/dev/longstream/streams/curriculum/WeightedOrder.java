package dev.longstream.streams.curriculum;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Draws without replacement: the next item is i with probability w(i) over the sum of the weights that are left. Pure.
 *
 * <p>Each item rings at −ln(u)/w(i), u uniform in (0, 1) and made of the seed and the item's id alone; the order of the
 * ringing is such a draw (exponential clocks; Efraimidis and Spirakis 2006). So it depends on weights, seed and ids, not on
 * the order that items come in, and an item's own clock does not change when another joins.
 */
final class WeightedOrder {
    private static final double UNITS = 0x1p53;

    private WeightedOrder() {}

    /** @param weight of an item; those with 0 are left out */
    static List<PromptCandidate> of(
            long seed, int phase, long epoch, List<PromptCandidate> items, ToDoubleFunction<PromptCandidate> weight) {
        record Clock(double rings, PromptCandidate item) {}
        return items.stream()
                .filter(item -> weight.applyAsDouble(item) > 0)
                .map(item -> new Clock(
                        -StrictMath.log(uniform(Seeds.of(seed, "retrospective", phase, epoch, item.id())))
                                / weight.applyAsDouble(item),
                        item))
                .sorted(Comparator.comparingDouble(Clock::rings)
                        .thenComparing(clock -> clock.item().id()))
                .map(Clock::item)
                .toList();
    }

    /** In (0, 1), both excluded. */
    private static double uniform(long bits) {
        return ((bits >>> 11) + 0.5) / UNITS;
    }
}
