package dev.longstream.questions.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws elements of lists at random. */
final class RandomDraws {
    private RandomDraws() {}

    static <T> T one(List<T> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }

    /** Draws {@code count} different elements. */
    static <T> List<T> some(List<T> from, int count, SplittableRandom random) {
        List<T> all = new ArrayList<>(from);
        shuffle(all, random);
        return new ArrayList<>(all.subList(0, count));
    }

    /** Draws an index with probability proportional to its weight. */
    static int weighted(List<Double> weights, SplittableRandom random) {
        double at = random.nextDouble()
                * weights.stream().mapToDouble(Double::doubleValue).sum();
        for (int i = 0; i < weights.size(); i++) {
            at -= weights.get(i);
            if (at < 0) {
                return i;
            }
        }
        return weights.size() - 1;
    }

    static <T> void shuffle(List<T> list, SplittableRandom random) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T swapped = list.get(i);
            list.set(i, list.get(j));
            list.set(j, swapped);
        }
    }
}
