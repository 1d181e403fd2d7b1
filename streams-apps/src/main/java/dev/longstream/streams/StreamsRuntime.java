package dev.longstream.streams;

import dev.longstream.config.Problems;
import dev.longstream.log.Replication;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of a stage on one machine, which do not change its results.
 *
 * @param stateFolder folder of the state stores, which several instances may share; missing state is restored from the log
 * @param commitInterval time between transactions, which is the stage's latency, because others read committed records
 *     only
 * @param threads threads of the stage in this process
 * @param cluster copies of the state, and failover
 */
public record StreamsRuntime(Path stateFolder, Duration commitInterval, int threads, Cluster cluster) {
    /** 50 ms between transactions. */
    public static final Duration DEFAULT_COMMIT_INTERVAL = Duration.ofMillis(50);

    /**
     * Copies of a stage's state, and the time until another instance takes its work over.
     *
     * @param replication copies of the topics that the stage itself creates
     * @param standbyReplicas number of further instances that keep a copy of each store
     * @param sessionTimeout time until the tasks of a killed process go to another instance
     */
    public record Cluster(Replication replication, int standbyReplicas, Duration sessionTimeout) {
        /** Copies as the number of brokers allows, no standby instance, 6 seconds. */
        public static final Cluster DEFAULT = new Cluster(Replication.BY_BROKERS, 0, Duration.ofSeconds(6));
    }

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
        this(stateFolder, DEFAULT_COMMIT_INTERVAL, 1, Cluster.DEFAULT);
    }
}
