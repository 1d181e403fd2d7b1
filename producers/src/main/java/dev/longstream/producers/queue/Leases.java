package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A worker's places in a work queue: while one lease's records are being finished, another takes new ones. Locks are
 * renewed by a thread of their own, so that a worker may be busy with one thing for longer than a lock lasts: reading a
 * long prompt takes minutes. They end with the process, and when this is closed.
 */
public final class Leases implements AutoCloseable {
    private static final int LOOKS_A_RENEWAL = 4;

    private final List<Lease> leases;
    private final ScheduledExecutorService keeper;
    private volatile @Nullable Throwable notKept;

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
        this.keeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, group + "-locks");
            thread.setDaemon(true);
            return thread;
        });
        long pause = Lease.renewAfter(lock).dividedBy(LOOKS_A_RENEWAL).toMillis();
        keeper.scheduleWithFixedDelay(this::keep, pause, pause, TimeUnit.MILLISECONDS);
    }

    /**
     * What the free leases get within {@code patience} each.
     *
     * @throws LogException if locks could not be renewed: what is held may be held by others, too
     */
    public List<Taken> take(Duration patience) {
        if (notKept != null) {
            throw new LogException("Locks on what was taken from a queue could not be renewed", notKept);
        }
        List<Taken> taken = new ArrayList<>();
        for (Lease lease : leases) {
            lease.take(patience).forEach(record -> taken.add(new Taken(record, lease)));
        }
        return taken;
    }

    private void keep() {
        try {
            leases.forEach(Lease::keep);
        } catch (RuntimeException | Error e) {
            notKept = e;
            throw e; // not to be tried again
        }
    }

    @Override
    public void close() {
        keeper.shutdown();
        leases.forEach(Lease::close);
    }
}
