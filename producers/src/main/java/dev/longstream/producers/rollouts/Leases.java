package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A worker's places in the work queue: while one lease's assignments are being finished, another takes new ones. */
final class Leases implements AutoCloseable {
    private final List<AssignmentLease> leases;

    /** A record and the lease that holds it. */
    record Taken(ConsumerRecord<String, byte[]> record, AssignmentLease lease) {}

    Leases(EventLog log, String group, int recordsAtOnce, int count, Duration lock) {
        int each = (recordsAtOnce + count - 1) / count;
        this.leases = IntStream.range(0, count)
                .mapToObj(i -> new AssignmentLease(log, group, each, lock))
                .toList();
    }

    /** What the free leases get within {@code patience} each. */
    List<Taken> take(Duration patience) {
        List<Taken> taken = new ArrayList<>();
        for (AssignmentLease lease : leases) {
            lease.take(patience).forEach(record -> taken.add(new Taken(record, lease)));
        }
        return taken;
    }

    /** Keeps what is held from going to others. */
    void keep() {
        leases.forEach(AssignmentLease::keep);
    }

    @Override
    public void close() {
        leases.forEach(AssignmentLease::close);
    }
}
