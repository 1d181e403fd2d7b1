package dev.longstream.producers.verdicts;

import dev.longstream.files.Sha256;

import java.nio.ByteBuffer;

/**
 * Set of texts that stores 128 bits of the SHA-256 of each, which tell texts apart as well as the texts themselves would. A text
 * takes 21 to 43 bytes, whatever its length. Not thread-safe.
 */
final class DigestSet {
    private static final int FIRST_PLACES = 1024;

    /** Two numbers for each place, both 0 where it is free; a power of two of places, at most three quarters of them taken. */
    private long[] places = new long[2 * FIRST_PLACES];

    private int size;

    /** Adds a text; does nothing if the set has it. */
    void add(String text) {
        ByteBuffer digest = digest(text);
        if (put(places, digest.getLong(0), digest.getLong(Long.BYTES))) {
            size++;
            if (size > places.length / 2 / 4 * 3) {
                grow();
            }
        }
    }

    boolean contains(String text) {
        ByteBuffer digest = digest(text);
        long first = digest.getLong(0);
        long second = digest.getLong(Long.BYTES);
        int at = find(places, first, second);
        return places[at] == first && places[at + 1] == second;
    }

    private static ByteBuffer digest(String text) {
        return ByteBuffer.wrap(new Sha256().addWithLength(text).bytes());
    }

    private void grow() {
        long[] larger = new long[2 * places.length];
        for (int at = 0; at < places.length; at += 2) {
            if (!isFree(places, at)) {
                put(larger, places[at], places[at + 1]);
            }
        }
        places = larger;
    }

    private static boolean put(long[] places, long first, long second) {
        int at = find(places, first, second);
        boolean isNew = isFree(places, at);
        places[at] = first;
        places[at + 1] = second;
        return isNew;
    }

    /** Returns the index of these two numbers, or of the free place where they belong. */
    private static int find(long[] places, long first, long second) {
        int at = (int) (first & (places.length / 2 - 1)) * 2;
        while (!isFree(places, at) && (places[at] != first || places[at + 1] != second)) {
            at = at + 2 == places.length ? 0 : at + 2;
        }
        return at;
    }

    private static boolean isFree(long[] places, int at) {
        return places[at] == 0 && places[at + 1] == 0;
    }
}
