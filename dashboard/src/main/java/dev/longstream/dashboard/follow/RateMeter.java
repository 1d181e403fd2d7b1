package dev.longstream.dashboard.follow;

/** Counts events, and how many of them happened within the last minute. Not thread-safe. */
final class RateMeter {
    private static final int SECONDS = 60;
    private static final long MILLIS = 1000;

    private final long[] second = new long[SECONDS];
    private final long[] events = new long[SECONDS];
    private long count;
    private long lastMillis;

    /** Adds an event at a time in milliseconds since 1970. */
    void add(long millis) {
        count++;
        lastMillis = Math.max(lastMillis, millis);
        long at = millis / MILLIS;
        int slot = (int) Math.floorMod(at, (long) SECONDS);
        if (second[slot] != at) {
            second[slot] = at;
            events[slot] = 0;
        }
        events[slot]++;
    }

    /** Returns the number of all events. */
    long count() {
        return count;
    }

    /** Returns the time of the newest event in milliseconds since 1970; 0 without one. */
    long lastMillis() {
        return lastMillis;
    }

    /** Returns the number of events in the minute before a time in milliseconds since 1970. */
    long inMinuteBefore(long millis) {
        long now = millis / MILLIS;
        long sum = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            if (second[slot] > now - SECONDS && second[slot] <= now) {
                sum += events[slot];
            }
        }
        return sum;
    }
}
