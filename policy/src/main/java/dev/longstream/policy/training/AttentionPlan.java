package dev.longstream.policy.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Who attends to whom, as parts that one call of the attention each computes: rows of queries, contiguous, against keys, contiguous. A query's
 * parts have no key in common and are merged; there is no mask. Every query must come first in a causal part, or in none.
 *
 * <p>Short causal parts of similar length go through one call together, padded to the longest.
 */
final class AttentionPlan {
    static final int RECTANGLE = 0;
    static final int CAUSAL = 1;
    static final int TOGETHER = 2;

    /** Numbers that describe a part. */
    static final int NUMBERS = 5;

    /** Longer ones keep the kernel busy alone, and copying them costs more than a call. */
    private static final int LONGEST_TOGETHER = 512;

    /** The shortest of those padded to this length or less may have any length. */
    private static final int ANY_LENGTH = 32;

    private final List<Causal> causals = new ArrayList<>();
    private final List<long[]> rectangles = new ArrayList<>();

    private record Causal(int query, int key, int length) {}

    /** Queries from a row on, each attending to as many keys as its place among them, itself included. */
    void causal(int firstQuery, int firstKey, int length) {
        causals.add(new Causal(firstQuery, firstKey, length));
    }

    /** Queries that all attend to the same keys. */
    void rectangle(int firstQuery, int endQuery, int firstKey, int endKey) {
        rectangles.add(new long[] {RECTANGLE, firstQuery, endQuery, firstKey, endKey});
    }

    /**
     * Parts and places.
     *
     * @param parts  five numbers each: {@link #RECTANGLE} or {@link #CAUSAL}, first and end of the queries, first and end of the keys; or
     *     {@link #TOGETHER}, how many, their padded length, where their places begin, and how many of these are no padding
     * @param places of each {@link #TOGETHER}: the queries' rows, the keys' rows, and which of them are no padding
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

    /** Padding repeats the last row: what becomes of it is not read. */
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
