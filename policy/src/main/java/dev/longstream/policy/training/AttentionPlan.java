package dev.longstream.policy.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Parts of an attention: which rows of queries attend to which rows of keys. Both are contiguous, and one call computes
 * a part. Parts of one query have no key in common; {@code attention.py} merges them, and needs no mask over all
 * tokens. A query's causal part, if it has one, must come before its other parts.
 *
 * <p>Short causal parts of similar length go through one call together, padded to the longest.
 */
final class AttentionPlan {
    /** Kind of a part in which every query attends to every key. */
    static final int RECTANGLE = 0;

    /** Kind of a part in which the i-th query attends to keys 0 to i. */
    static final int CAUSAL = 1;

    /** Kind of several causal parts that go through one call. */
    static final int TOGETHER = 2;

    /** Numbers that describe a part. */
    static final int NUMBERS = 5;

    /**
     * Length up to which parts go together. A longer part keeps the kernel busy alone, and copying it costs more than a
     * call.
     */
    private static final int LONGEST_TOGETHER = 512;

    /** Padded length up to which parts of any length go together. */
    private static final int ANY_LENGTH = 32;

    private final List<Causal> causals = new ArrayList<>();
    private final List<long[]> rectangles = new ArrayList<>();

    private record Causal(int query, int key, int length) {}

    /** Adds a causal part: the i-th of {@code length} queries attends to keys 0 to i from {@code firstKey} on. */
    void causal(int firstQuery, int firstKey, int length) {
        causals.add(new Causal(firstQuery, firstKey, length));
    }

    /** Adds queries that all attend to the same keys. */
    void rectangle(int firstQuery, int endQuery, int firstKey, int endKey) {
        rectangles.add(new long[] {RECTANGLE, firstQuery, endQuery, firstKey, endKey});
    }

    /**
     * A plan as numbers that {@code attention.py} reads.
     *
     * @param parts  (parts · 5): either {@link #RECTANGLE} or {@link #CAUSAL}, first and end of the queries, first and
     *     end of the keys; or {@link #TOGETHER}, number of parts, padded length, index of their first place, number of
     *     tokens that are no padding
     * @param places for each {@link #TOGETHER}: rows of the queries (number · padded length), rows of the keys (the
     *     same number), and indices of those that are no padding
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Encoded(long[] parts, long[] places) {
        int count() {
            return parts.length / NUMBERS;
        }
    }

    Encoded encode() {
        List<long[]> parts = new ArrayList<>();
        LongStream.Builder places = LongStream.builder();
        long placeCount = 0;
        List<Causal> byLength = new ArrayList<>(causals);
        byLength.sort(Comparator.comparingInt(Causal::length).reversed());
        for (int from = 0; from < byLength.size(); ) {
            int to = endOfAlike(byLength, from);
            Causal longest = byLength.get(from);
            if (to - from == 1) {
                parts.add(new long[] {
                    CAUSAL, longest.query, longest.query + longest.length, longest.key, longest.key + longest.length
                });
            } else {
                List<Causal> together = byLength.subList(from, to);
                long valid = addPlaces(together, longest.length, places);
                parts.add(new long[] {TOGETHER, to - from, longest.length, placeCount, valid});
                placeCount += 2L * (to - from) * longest.length + valid;
            }
            from = to;
        }
        parts.addAll(rectangles);
        return new Encoded(
                parts.stream().flatMapToLong(LongStream::of).toArray(),
                places.build().toArray());
    }

    private static int endOfAlike(List<Causal> byLength, int from) {
        int longest = byLength.get(from).length;
        int to = from + 1;
        if (longest <= LONGEST_TOGETHER) {
            int shortest = longest <= ANY_LENGTH ? 1 : longest * 3 / 4;
            while (to < byLength.size() && byLength.get(to).length >= shortest) {
                to++;
            }
        }
        return to;
    }

    /**
     * Adds the places of parts that go together, and returns how many are no padding. Padding repeats the last row;
     * nothing reads its result.
     */
    private static long addPlaces(List<Causal> together, int width, LongStream.Builder places) {
        for (Causal one : together) {
            for (int t = 0; t < width; t++) {
                places.add(one.query + Math.min(t, one.length - 1));
            }
        }
        for (Causal one : together) {
            for (int t = 0; t < width; t++) {
                places.add(one.key + Math.min(t, one.length - 1));
            }
        }
        long valid = 0;
        for (int i = 0; i < together.size(); i++) {
            for (int t = 0; t < together.get(i).length; t++) {
                places.add((long) i * width + t);
                valid++;
            }
        }
        return valid;
    }
}
