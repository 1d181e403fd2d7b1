package dev.longstream.producers.rollouts;

import dev.longstream.producers.rollouts.RolloutListener.TimePart;

/** Divides the time of a worker's thread into parts without a gap. */
final class TimeSplit {
    private final RolloutListener listener;
    private long since = System.nanoTime();

    TimeSplit(RolloutListener listener) {
        this.listener = listener;
    }

    /** Tells the listener that the time since the last call was spent on a part. */
    void spent(TimePart part) {
        long now = System.nanoTime();
        listener.onTime(part, now - since);
        since = now;
    }
}
