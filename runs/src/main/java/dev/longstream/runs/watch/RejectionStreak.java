package dev.longstream.runs.watch;

/**
 * Counts the groups that were rejected since the newest gradient step. Compares the timestamps of the records, because a
 * continued run reads the two topics from their beginning, one after the other.
 */
public final class RejectionStreak {
    /** Shortest hopeless streak, in batches. */
    private static final long ROUNDS = 20;

    private long lastStepAt = Long.MIN_VALUE;
    private long length;

    /**
     * Records a gradient step, which ends the streak.
     *
     * @param at timestamp of the step's record in milliseconds
     */
    public void step(long at) {
        lastStepAt = Math.max(lastStepAt, at);
        length = 0;
    }

    /**
     * Records a rejected group; ignores it if it is older than the newest step.
     *
     * @param at timestamp of the group's record in milliseconds
     */
    public void rejected(long at) {
        if (at > lastStepAt) {
            length++;
        }
    }

    /** Returns the number of groups in the streak. */
    public long length() {
        return length;
    }

    /**
     * Returns whether every prompt of a phase was tried without a group to learn from, so that new answers would not help.
     *
     * @param trainPrompts number of the run's training prompts
     * @param batchSize groups per gradient step
     */
    boolean isHopeless(long trainPrompts, int batchSize) {
        return length > Math.max(trainPrompts, ROUNDS * batchSize);
    }

    /** Returns the explanation of a hopeless streak, with what to do. */
    String advice() {
        return "The last " + length
                + " groups were rejected because all answers to a question had the same reward, so that there is"
                + " nothing to learn. The questions of these lengths are too easy or too hard for the policy; see"
                + " 'longstream inspect groups.rejected' and 'longstream inspect trajectories', and try a"
                + " warm-up, other lengths, or a larger group-size.";
    }
}
