package dev.longstream.producers.queue;

/** Says when a lease acquires records from its queue, and how many. Pure. */
public final class LeaseRule {
    private LeaseRule() {}

    /** Returns the maximum number of records that each of a worker's leases holds. */
    public static int recordsEach(int recordsAtOnce, int leases) {
        return (recordsAtOnce + leases - 1) / leases;
    }

    /**
     * Returns whether a lease may acquire records. It may when it holds none, because a share consumer delivers nothing while
     * others are unacknowledged.
     *
     * @param held records that the lease has acquired and not acknowledged
     */
    public static boolean mayAcquire(int held) {
        return held == 0;
    }
}
