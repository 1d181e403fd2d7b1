package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A few records acquired from a work queue, each locked until its work is finished. Closing releases unfinished
 * records. New records are acquired only when none is locked, because a share consumer delivers nothing while others
 * are unacknowledged.
 *
 * <p>Two threads use it: the worker's, and the one of {@link Leases} that renews locks.
 */
public final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** Deliveries after which the broker gives up on a record; the largest number that Kafka allows. */
    public static final int DELIVERY_LIMIT = 10;

    /** Time after which the records of a worker that died go to other workers. */
    public static final Duration LOCK = Duration.ofSeconds(30);

    private static final Duration RENEWAL_PATIENCE = Duration.ofMillis(100);

    private final String topic;
    private final ShareConsumer<String, byte[]> consumer;
    private final Map<Long, ConsumerRecord<String, byte[]>> open = new LinkedHashMap<>();
    private final List<ConsumerRecord<String, byte[]>> arrived = new ArrayList<>();
    private final Duration renewAfter;
    private long lockedAt = System.nanoTime();

    /**
     * Creates a lease that holds nothing yet.
     *
     * @param topic a topic with one partition, which the group shares
     * @param maxRecords records to hold at once
     * @param lock lock duration that the queue is configured with
     */
    Lease(EventLog log, String topic, String group, int maxRecords, Duration lock) {
        this.topic = topic;
        this.renewAfter = renewAfter(lock);
        this.consumer =
                log.shareConsumer(group, Map.of("max.poll.records", maxRecords, "share.acquire.mode", "record_limit"));
        consumer.subscribe(List.of(topic));
    }

    /** Configures a queue's group, which must happen before its first member joins. */
    public static void configureQueue(EventLog log, String group, Duration lock) {
        List<AlterConfigOp> settings = List.of(
                set("share.auto.offset.reset", "earliest"),
                // The default also delivers uncommitted records: a worker could answer an assignment that was aborted.
                set("share.isolation.level", "read_committed"),
                set("share.record.lock.duration.ms", Long.toString(lock.toMillis())),
                set("share.delivery.count.limit", Integer.toString(DELIVERY_LIMIT)));
        try (Admin admin = log.admin()) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), settings))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    static Duration renewAfter(Duration lock) {
        return lock.dividedBy(3);
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), OpType.SET);
    }

    /** Acquires waiting records, unless some are still locked; returns the new ones. */
    synchronized List<ConsumerRecord<String, byte[]>> take(Duration patience) {
        if (open.isEmpty()) {
            receive(patience);
            lockedAt = System.nanoTime();
        }
        List<ConsumerRecord<String, byte[]>> taken = List.copyOf(arrived);
        arrived.clear();
        return taken;
    }

    /** Receives records, which are locked from now on, and returns their offsets. */
    private List<Long> receive(Duration patience) {
        List<Long> offsets = new ArrayList<>();
        consumer.poll(patience).forEach(record -> {
            if (open.put(record.offset(), record) == null) {
                arrived.add(record);
            }
            offsets.add(record.offset());
        });
        return offsets;
    }

    /** Acknowledges a record whose results are on the log. */
    public synchronized void finish(long offset) {
        acknowledge(offset, AcknowledgeType.ACCEPT);
        consumer.commitAsync();
    }

    private void acknowledge(long offset, AcknowledgeType type) {
        ConsumerRecord<String, byte[]> record = open.remove(offset);
        if (record != null) {
            consumer.acknowledge(record, type);
        }
    }

    /**
     * Renews the locks after a third of their duration. Records that were not renewed in time belong to other workers
     * and are dropped here.
     */
    synchronized void renewLocks() {
        if (open.isEmpty() || System.nanoTime() - lockedAt < renewAfter.toNanos()) {
            return;
        }
        open.values().forEach(record -> consumer.acknowledge(record, AcknowledgeType.RENEW));
        consumer.commitSync();
        lockedAt = System.nanoTime();
        // The broker delivers renewed records again, all at once; only that delivery can be acknowledged.
        List<Long> renewed = List.of();
        while (renewed.isEmpty() && System.nanoTime() - lockedAt < renewAfter.toNanos()) {
            renewed = receive(RENEWAL_PATIENCE);
        }
        if (open.keySet().retainAll(renewed)) {
            LOG.warn("Locks on records of {} ended before they were renewed; other workers will repeat them", topic);
        }
    }

    /** Releases unfinished records, so that other workers receive them at once. */
    @Override
    public synchronized void close() {
        List.copyOf(open.keySet()).forEach(offset -> acknowledge(offset, AcknowledgeType.RELEASE));
        consumer.close(Duration.ofSeconds(5));
    }
}
