package dev.longstream.benchmarks.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Clock that jumps to the next event. Events of one moment run in the order in which they were planned. */
final class VirtualTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));
    private double now;
    private long planned;

    private record Event(double at, long number, Runnable action) {}

    /** Seconds since the beginning. */
    double now() {
        return now;
    }

    /** Plans an event, in seconds from now. */
    void after(double seconds, Runnable action) {
        events.add(new Event(now + seconds, planned++, action));
    }

    /** Runs the next event; returns false if there is none. */
    boolean runNext() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.at();
        next.action().run();
        return true;
    }
}
