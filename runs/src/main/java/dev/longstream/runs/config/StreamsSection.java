package dev.longstream.runs.config;

import dev.longstream.config.Problems;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;

/**
 * State and failover of the stages curriculum, scoring, grouping and batching. The settings may change between starts.
 *
 * @param dir folder of the stages' state stores, best on a disk of this host; null: {@code streams} in the run folder.
 *     Several instances may share it: each locks a part of its own
 * @param standbyReplicas number of further instances that keep a copy of each state store, so that they take over at once;
 *     needs as many further instances of a stage. Default: 1 with {@code log.bootstrap}, else 0
 * @param sessionTimeout time after which the work of a killed or unreachable instance goes to another one
 */
public record StreamsSection(@Nullable Path dir, int standbyReplicas, Duration sessionTimeout) {
    /** State in the run folder, no copies, 6 seconds, which is the shortest session that brokers allow by default. */
    public static final StreamsSection DEFAULT = new StreamsSection(null, 0, Duration.ofSeconds(6));

    /** Checks every setting and reports all faults in one exception. */
    public StreamsSection {
        new Problems("streams")
                .require(standbyReplicas >= 0, "standby-replicas is %d, must not be negative", standbyReplicas)
                .require(
                        sessionTimeout != null && sessionTimeout.compareTo(Duration.ofSeconds(1)) >= 0,
                        "session-timeout is %s, must be at least 1s",
                        sessionTimeout == null ? "missing" : DurationText.write(sessionTimeout))
                .throwIfAny();
    }
}
