package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.WorkQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Several leases of one worker on a work queue: while the records of one are being worked on, another acquires new
 * ones. A separate thread renews the locks, because a worker may be busy for longer than a lock lasts: reading a long
 * prompt takes minutes. Locks end with the process or when this is closed.
 */
public final class Leases implements AutoCloseable {
    private static final int CHECKS_PER_RENEWAL = 4;

    private final List<Lease> leases;
    private final ScheduledExecutorService keeper;
    private volatile @Nullable Throwable renewalFailure;

    /** A record and the lease that locks it. */
    public record Taken(ConsumerRecord<String, byte[]> record, Lease lease) {}

    /**
     * Creates the leases and starts the thread that renews their locks.
     *
     * @param queue the queue, whose workers these leases belong to
     * @param recordsAtOnce records to hold at once, divided among the leases
     * @param count number of leases
     * @throws LogException if the queue's group is not configured
     */
    public Leases(EventLog log, WorkQueue queue, int recordsAtOnce, int count) {
        Duration lock = queue.requireConfigured(log);
        String group = queue.group();
        int each = LeaseRule.recordsEach(recordsAtOnce, count);
        this.leases = IntStream.range(0, count)
                .mapToObj(i -> new Lease(log, queue.topic().name(), group, each, lock))
                .toList();
        this.keeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, group + "-locks");
            thread.setDaemon(true);
            return thread;
        });
        long pause = Lease.renewAfter(lock).dividedBy(CHECKS_PER_RENEWAL).toMillis();
        Future<?> unused = keeper.scheduleWithFixedDelay(this::renewLocks, pause, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * Acquires records for every lease that holds none.
     *
     * @param patience maximum time to wait in all, of which each lease has an equal part of at least a millisecond
     * @throws LogException if locks could not be renewed, since other workers may then hold the same records
     */
    public List<Taken> take(Duration patience) {
        if (renewalFailure != null) {
            throw new LogException(
                    "Locks on records from a queue could not be renewed, so other workers may hold them too;"
                            + " restart this worker",
                    renewalFailure);
        }
        List<Taken> taken = new ArrayList<>();
        Duration each = Duration.ofMillis(Math.max(1, patience.toMillis() / leases.size()));
        for (Lease lease : leases) {
            lease.take(each).forEach(record -> taken.add(new Taken(record, lease)));
        }
        return taken;
    }

    private void renewLocks() {
        try {
            leases.forEach(Lease::renewLocks);
        } catch (RuntimeException | Error e) {
            renewalFailure = e;
            throw e; // ends the schedule: a failed renewal is not tried again
        }
    }

    @Override
    public void close() {
        keeper.shutdown();
        leases.forEach(Lease::close);
    }
}
