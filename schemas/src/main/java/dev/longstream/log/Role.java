package dev.longstream.log;

import java.util.Optional;

/**
 * A long-running part of a run: a stage of the pipeline, a worker or the trainer. Roles run in one process or as
 * services of a cluster.
 */
public interface Role extends AutoCloseable {
    /** Returns the role's name, an argument of {@code longstream run}. */
    String name();

    /** Starts work on the role's own threads and returns. Call it once. */
    void start();

    /** Tells whether the role has nothing left to do; always false for a stage that follows the log for ever. */
    boolean finished();

    /**
     * Returns how many pieces of work the role has done in this process, such as micro-batches or chunks of tokens. The number
     * grows while the role works long on something without a record on the log; a stage, which does not, returns 0.
     */
    default long heartbeat() {
        return 0;
    }

    /** Returns how many times the role has begun its work again in this process after a fault that passed. */
    default long restarts() {
        return 0;
    }

    /** Returns what keeps the role from its work, such as its first weights; empty while it works or has nothing to do. */
    default Optional<String> waitsFor() {
        return Optional.empty();
    }

    /** Returns the failure that stopped the role; empty while it works and after a clean stop. */
    Optional<Throwable> failure();

    /** Stops the role and releases unfinished records for other members. May be called at any time and repeatedly. */
    @Override
    void close();
}
