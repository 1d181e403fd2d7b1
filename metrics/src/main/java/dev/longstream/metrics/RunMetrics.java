package dev.longstream.metrics;

import java.util.List;

import static dev.longstream.metrics.MetricOwner.DECODERS;
import static dev.longstream.metrics.MetricOwner.EVERY;
import static dev.longstream.metrics.MetricOwner.READERS;

/** Metrics that every role has, whatever it does. */
public final class RunMetrics {
    public static final Metric RUN_INFO = Metric.gauge(
                    "longstream.run.info",
                    EVERY,
                    "Constant 1; its labels name the process's role and the SHA-256 of the resolved configuration.")
            .by("role", "config_digest");

    public static final Metric RUN_STEPS = Metric.gauge(
                    "longstream.run.planned", EVERY, "Gradient steps that the configuration plans for the whole run.")
            .in("steps");

    public static final Metric RUN_MAX_STALENESS = Metric.gauge(
                    "longstream.run.max.staleness",
                    EVERY,
                    "Largest staleness that the configuration allows (max-staleness).")
            .in("steps");

    public static final Metric ROLE_UP = Metric.gauge(
                    "longstream.role.up", EVERY, "1 while the role works or waits; 0 once it has failed.")
            .by("role");

    public static final Metric ROLE_READY = Metric.gauge(
                    "longstream.role.ready",
                    EVERY,
                    "1 while the role has what it needs to work; 0 while it waits for a broker, a topic, its state or"
                            + " its first weights.")
            .by("role");

    public static final Metric ROLE_STALLED = Metric.gauge(
                    "longstream.role.stalled",
                    EVERY,
                    "1 when records wait for the role and it has processed none for as long as stall-after; else 0.")
            .by("role");

    public static final Metric ROLE_RESTARTS = Metric.counter(
                    "longstream.role.restarts",
                    EVERY,
                    "Times that the role began its work again in this process after a fault of a broker, a registry or"
                            + " a transaction.")
            .by("role");

    public static final Metric ROLE_WORK = Metric.counter(
                    "longstream.role.work",
                    EVERY,
                    "Pieces of work that the role has done in this process, such as micro-batches and chunks of"
                            + " tokens; 0 for a stage.")
            .by("role");

    public static final Metric LAG = Metric.gauge(
                    "longstream.lag",
                    READERS,
                    "Offsets between the end of the topic and what the role has processed, over all partitions;"
                            + " markers of transactions count.")
            .in("records")
            .by("role", "topic");

    public static final Metric LAG_AGE = Metric.gauge(
                    "longstream.lag.age",
                    READERS,
                    "Time for which the oldest record that the role has not processed has been on the log, to about 5"
                            + " seconds.")
            .in("seconds")
            .by("role", "topic");

    public static final Metric MEMORY = Metric.gauge(
                    "process.memory.usage",
                    EVERY,
                    "Resident memory of the process: Java's heap, and weights and caches beside it.")
            .in("bytes");

    public static final Metric DISK_FREE = Metric.gauge(
                    "longstream.disk.free",
                    EVERY,
                    "Space that is free for the process on the disk of a folder: run is the run's folder, stack the"
                            + " broker's in the process.")
            .in("bytes")
            .by("folder");

    public static final Metric DISK_RESERVE = Metric.gauge(
                    "longstream.disk.reserve",
                    EVERY,
                    "Space that must stay free (disk-reserve-mebibytes); below it, and the next checkpoint, the run"
                            + " stops.")
            .in("bytes");

    public static final Metric DEAD_LETTERS = Metric.counter(
                    "longstream.dead.letters",
                    DECODERS,
                    "Records of the topic that the role refused and wrote to dead-letters.")
            .by("role", "topic");

    static final List<Metric> ALL = List.of(
            RUN_INFO,
            RUN_STEPS,
            RUN_MAX_STALENESS,
            ROLE_UP,
            ROLE_READY,
            ROLE_STALLED,
            ROLE_RESTARTS,
            ROLE_WORK,
            LAG,
            LAG_AGE,
            MEMORY,
            DISK_FREE,
            DISK_RESERVE,
            DEAD_LETTERS);

    private RunMetrics() {}
}
