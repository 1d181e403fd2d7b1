package dev.longstream.runs.watch;

/**
 * Groups in a row that had nothing to learn from, since the newest gradient step. Counted by the times of the records, since
 * whoever goes on with a run reads both topics from their beginning, one after the other.
 */
public final class RejectionStreak {
    private long lastStepAt = Long.MIN_VALUE;
    private long length;

    /** @param at time of the step's record, in milliseconds */
    public void step(long at) {
        lastStepAt = Math.max(lastStepAt, at);
        length = 0;
    }

    /** @param at time of the rejected group's record, in milliseconds */
    public void rejected(long at) {
        if (at > lastStepAt) {
            length++;
        }
    }

    /** Number of groups in the streak. */
    public long length() {
        return length;
    }
}
