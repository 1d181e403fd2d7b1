package dev.longstream.streams;

import dev.longstream.config.Problems;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a stage runs on one machine; its results do not depend on it.
 *
 * @param stateFolder where stores are kept; what is missing there is restored from the log
 * @param commitInterval between transactions: the latency of a stage, since others read what is committed
 * @param threads of the stage in this process
 */
public record StreamsRuntime(Path stateFolder, Duration commitInterval, int threads) {
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(50);

    public StreamsRuntime {
        new Problems("streams")
                .require(
                        commitInterval.toMillis() >= 1,
                        "commit-interval is %s, must be at least a millisecond",
                        commitInterval)
                .require(threads >= 1, "threads is %d, must be at least 1", threads)
                .throwIfAny();
    }

    /** One thread, a transaction every 50 ms. */
    public StreamsRuntime(Path stateFolder) {
        this(stateFolder, DEFAULT_COMMIT_INTERVAL, 1);
    }
}
