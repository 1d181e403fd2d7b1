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
 * A few records taken from the work queue, held until each is finished. Closing gives back what is not finished. New
 * records are taken when none is held: a share consumer hands out nothing while others are open.
 *
 * <p>Used by the worker's thread, and by that of {@link Leases} which renews locks.
 */
public final class Lease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    /** Deliveries before the broker gives a record up; Kafka's largest. */
    public static final int DELIVERY_LIMIT = 10;

    /** How long the work of a worker that died is kept from others. */
    public static final Duration LOCK = Duration.ofSeconds(30);

    private static final Duration RENEWAL_PATIENCE = Duration.ofMillis(100);

    private final String topic;
    private final ShareConsumer<String, byte[]> consumer;
    private final Map<Long, ConsumerRecord<String, byte[]>> open = new LinkedHashMap<>();
    private final List<ConsumerRecord<String, byte[]>> arrived = new ArrayList<>();
    private final Duration renewAfter;
    private long lockedAt = System.nanoTime();

    /**
     * @param topic of one partition, that the group shares
     * @param most records to hold at once
     * @param lock the queue's, as configured
     */
    Lease(EventLog log, String topic, String group, int most, Duration lock) {
        this.topic = topic;
        this.renewAfter = renewAfter(lock);
        this.consumer =
                log.shareConsumer(group, Map.of("max.poll.records", most, "share.acquire.mode", "record_limit"));
        consumer.subscribe(List.of(topic));
    }

    /** Settings of the queue itself, which belong to the group and not to its members; before the first member joins. */
    public static void configureQueue(EventLog log, String group, Duration lock) {
        List<AlterConfigOp> settings = List.of(
                set("share.auto.offset.reset", "earliest"),
                // A share group reads what is not committed by default: an assignment could be answered that never was
                // one.
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

    /** Takes what is waiting, if nothing is held. */
    synchronized List<ConsumerRecord<String, byte[]>> take(Duration patience) {
        if (open.isEmpty()) {
            receive(patience);
            lockedAt = System.nanoTime();
        }
        List<ConsumerRecord<String, byte[]>> taken = List.copyOf(arrived);
        arrived.clear();
        return taken;
    }

    /** Offsets of what came, which is held from now on. */
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

    /** The record's work is done and its results are on the log. */
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

    /** Renews the locks when a good part of their time is over. What was not renewed in time belongs to others, and is let go. */
    synchronized void keep() {
        if (open.isEmpty() || System.nanoTime() - lockedAt < renewAfter.toNanos()) {
            return;
        }
        open.values().forEach(record -> consumer.acknowledge(record, AcknowledgeType.RENEW));
        consumer.commitSync();
        lockedAt = System.nanoTime();
        // Renewed records are handed out again, all at once, and only that delivery can be acknowledged.
        List<Long> renewed = List.of();
        while (renewed.isEmpty() && System.nanoTime() - lockedAt < renewAfter.toNanos()) {
            renewed = receive(RENEWAL_PATIENCE);
        }
        if (open.keySet().retainAll(renewed)) {
            LOG.warn("Locks on records of {} had ended before they were renewed; others take them up", topic);
        }
    }

    /** Gives back what is not finished, so that another worker takes it at once. */
    @Override
    public synchronized void close() {
        List.copyOf(open.keySet()).forEach(offset -> acknowledge(offset, AcknowledgeType.RELEASE));
        consumer.close(Duration.ofSeconds(5));
    }
}
