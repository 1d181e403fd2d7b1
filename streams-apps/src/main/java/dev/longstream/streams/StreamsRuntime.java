package dev.longstream.streams;

import dev.longstream.config.Problems;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of a stage on one machine, which do not change its results.
 *
 * @param stateFolder folder of the state stores; missing state is restored from the log
 * @param commitInterval time between transactions, which is the stage's latency, because others read committed records
 *     only
 * @param threads threads of the stage in this process
 */
public record StreamsRuntime(Path stateFolder, Duration commitInterval, int threads) {
    /** 50 ms between transactions. */
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

    /** Creates settings with one thread and a transaction every 50 ms. */
    public StreamsRuntime(Path stateFolder) {
        this(stateFolder, DEFAULT_COMMIT_INTERVAL, 1);
    }
}
