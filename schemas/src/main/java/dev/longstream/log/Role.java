package dev.longstream.log;

import java.util.Optional;

/**
 * One long-running part of a run: a stage of the pipeline, a worker, the trainer. The same classes run in one process
 * and as services of a cluster.
 */
public interface Role extends AutoCloseable {
    /** The stage's name, as {@code longstream run} takes it. */
    String name();

    /** Begins work on the role's own threads and returns. Once only. */
    void start();

    /** Whether it has nothing left to do; a stage that follows the log for ever never says so. */
    boolean finished();

    /** Why it stopped working, if it did. */
    Optional<Throwable> failure();

    /** Stops cleanly: what was taken and not finished is given back. May be called at any time, and again. */
    @Override
    void close();
}
