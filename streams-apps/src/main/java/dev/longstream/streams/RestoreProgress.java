package dev.longstream.streams;

import org.apache.kafka.common.TopicPartition;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the records of changelogs from which state is restored. Thread-safe. */
final class RestoreProgress {
    private final AtomicLong restored = new AtomicLong();
    private final Map<TopicPartition, Long> remaining = new ConcurrentHashMap<>();

    void begin(TopicPartition changelog, long records) {
        remaining.put(changelog, Math.max(0, records));
    }

    void read(TopicPartition changelog, long records) {
        restored.addAndGet(records);
        remaining.computeIfPresent(changelog, (partition, left) -> Math.max(0, left - records));
    }

    void end(TopicPartition changelog) {
        remaining.remove(changelog);
    }

    /** Returns the records that were read so far. */
    long restored() {
        return restored.get();
    }

    /** Returns the records that have yet to be read. */
    long remaining() {
        return remaining.values().stream().mapToLong(Long::longValue).sum();
    }
}
