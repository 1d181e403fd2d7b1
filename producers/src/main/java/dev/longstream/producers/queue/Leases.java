package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A worker's places in a work queue: while one lease's records are being finished, another takes new ones. */
public final class Leases implements AutoCloseable {
    private final List<Lease> leases;

    /** A record and the lease that holds it. */
    public record Taken(ConsumerRecord<String, byte[]> record, Lease lease) {}

    /**
     * @param topic the queue
     * @param group of the workers that share it
     * @param recordsAtOnce to hold at once, in {@code count} parts
     * @param lock the queue's, as configured
     */
    public Leases(EventLog log, String topic, String group, int recordsAtOnce, int count, Duration lock) {
        int each = (recordsAtOnce + count - 1) / count;
        this.leases = IntStream.range(0, count)
                .mapToObj(i -> new Lease(log, topic, group, each, lock))
                .toList();
    }

    /** What the free leases get within {@code patience} each. */
    public List<Taken> take(Duration patience) {
        List<Taken> taken = new ArrayList<>();
        for (Lease lease : leases) {
            lease.take(patience).forEach(record -> taken.add(new Taken(record, lease)));
        }
        return taken;
    }

    /** Keeps what is held from going to others. */
    public void keep() {
        leases.forEach(Lease::keep);
    }

    @Override
    public void close() {
        leases.forEach(Lease::close);
    }
}
