package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
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

    static Duration renewAfter(Duration lock) {
        return lock.dividedBy(3);
    }

    /** Acquires waiting records, unless some are still locked; returns the new ones. */
    synchronized List<ConsumerRecord<String, byte[]>> take(Duration patience) {
        if (LeaseRule.mayAcquire(open.size())) {
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
