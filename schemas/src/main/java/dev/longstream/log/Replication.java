package dev.longstream.log;

import org.jspecify.annotations.Nullable;

/**
 * Number of copies of each topic's records on different brokers.
 *
 * @param replicas copies of each record; null: 3, or the number of brokers if it is smaller
 * @param minInSync copies that must exist before a write is acknowledged ({@code min.insync.replicas}); null: 2, or the
 *     number of copies if it is smaller
 */
public record Replication(@Nullable Integer replicas, @Nullable Integer minInSync) {
    /** One copy, for a single broker. */
    public static final Replication SINGLE = new Replication(1, 1);

    /** Three copies of which two are in sync, as far as there are brokers. */
    public static final Replication BY_BROKERS = new Replication(null, null);

    private static final int MAX_DEFAULT_REPLICAS = 3;
    private static final int MAX_DEFAULT_IN_SYNC = 2;

    /**
     * Returns the numbers for a cluster, with defaults replaced.
     *
     * @throws LogException if more copies must be in sync than there are
     */
    public Replication on(int brokers) {
        int copies = replicas == null ? Math.min(MAX_DEFAULT_REPLICAS, brokers) : replicas;
        int inSync = minInSync == null ? Math.min(MAX_DEFAULT_IN_SYNC, copies) : minInSync;
        if (inSync > copies) {
            throw new LogException("log.min-in-sync is " + inSync + ", but topics have " + copies + " replicas on "
                    + brokers + " brokers: no record could be written; set log.min-in-sync to at most " + copies);
        }
        return new Replication(copies, inSync);
    }
}
