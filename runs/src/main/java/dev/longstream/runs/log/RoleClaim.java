package dev.longstream.runs.log;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/**
 * Claim to a role that only one process of a run may have, whatever its host and folder. The member of a consumer group that is
 * assigned the only partition holds it. The first member keeps it while it lives, and a later one gets it when the first
 * one has left, or has sent no heartbeat for ten seconds.
 *
 * <p>A process that is suspended or cut off for longer loses its claim without noticing at once. The trainer's transactional id
 * keeps such a process from writing; the claim keeps a second one from starting.
 */
public final class RoleClaim implements AutoCloseable {
    /** Time after which a dead process loses its claim. */
    private static final Duration SESSION = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(30);
    /** Time that a member waits once the group has assigned its partition to another one, which may be about to leave. */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

    private final EventLog log;
    private final String group;
    private final Thread thread;
    private volatile boolean held;
    private volatile boolean refused;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    private RoleClaim(EventLog log, String role) {
        this.log = log;
        this.group = log.topics().name(role);
        this.thread = new Thread(this::work, "claim-" + role);
        thread.setDaemon(true);
    }

    /**
     * Begins to claim a role.
     *
     * @param role name of the role; the consumer group is named after it
     */
    public static RoleClaim join(EventLog log, String role) {
        RoleClaim claim = new RoleClaim(log, role);
        claim.thread.start();
        return claim;
    }

    /**
     * Returns whether this process has the role now.
     *
     * @throws KafkaException if the group cannot be joined
     */
    public boolean held() {
        RuntimeException problem = failure;
        if (problem != null) {
            throw problem;
        }
        return held;
    }

    /**
     * Returns whether a live process has the role, so that waiting helps only when that one ends.
     *
     * @throws KafkaException if the group cannot be joined
     */
    public boolean refused() {
        return !held() && refused;
    }

    /** Returns host and pid of the process that has the role, for messages. */
    public String holder() {
        try (Admin admin = log.admin()) {
            ConsumerGroupDescription found = Objects.requireNonNull(
                    admin.describeConsumerGroups(List.of(group)).all().get().get(group));
            for (MemberDescription member : found.members()) {
                if (!member.assignment().topicPartitions().isEmpty()) {
                    return member.clientId() + " at " + member.host();
                }
            }
        } catch (ExecutionException e) {
            return "unknown, " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "unknown";
    }

    private void work() {
        String batches = log.topics().batches().name(); // has one partition; no record of it is read
        long without = System.nanoTime();
        try (KafkaConsumer<String, byte[]> consumer = log.consumer(settings())) {
            consumer.subscribe(List.of(batches));
            while (!closed) {
                consumer.poll(POLL);
                consumer.pause(consumer.assignment());
                held = !consumer.assignment().isEmpty();
                if (held || consumer.groupMetadata().generationId() < 0) {
                    without = System.nanoTime();
                }
                refused = System.nanoTime() - without > SECOND_LOOK.toNanos();
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        held = false;
    }

    private Map<String, Object> settings() {
        int sessionMs = Math.toIntExact(SESSION.toMillis());
        return Map.of(
                "group.id",
                group,
                "client.id",
                "process " + ProcessHandle.current().pid() + " on " + host(),
                "partition.assignment.strategy",
                CooperativeStickyAssignor.class.getName(),
                "session.timeout.ms",
                sessionMs,
                "heartbeat.interval.ms",
                sessionMs / 4,
                "max.poll.interval.ms",
                Math.toIntExact(MAX_POLL_INTERVAL.toMillis()),
                "max.poll.records",
                1);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }

    /** Gives the role up. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
