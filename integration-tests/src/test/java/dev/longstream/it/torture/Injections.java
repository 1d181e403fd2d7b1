package dev.longstream.it.torture;

import dev.longstream.log.EventLog;
import dev.longstream.testing.CutProxy.Link;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/** Injects faults into a cluster and undoes them in time. Not thread-safe. */
final class Injections {
    /** Time that a process has to obey SIGTERM. */
    private static final long GRACE_NS = 70_000_000_000L;

    private static final int TERMINATED = 143;

    private final TortureCluster cluster;
    private final Random random;
    private final List<Injection> active = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final List<String> badRecords = new ArrayList<>();

    /** A fault under way; {@code undoAt} is in the time of {@link System#nanoTime()}, once it is known. */
    private static final class Injection {
        final Fault fault;
        final long begin = System.nanoTime();
        boolean ended;
        long undoAt;

        Injection(Fault fault) {
            this.fault = fault;
            this.undoAt = begin + fault.lasts().toNanos();
        }
    }

    Injections(TortureCluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
    }

    /** Returns whether nothing happens to the process now. */
    boolean isFree(String process) {
        return active.stream().noneMatch(each -> each.fault.target().equals(process));
    }

    boolean none() {
        return active.isEmpty();
    }

    List<String> violations() {
        return violations;
    }

    /** Places of the bad records, as {@code topic:partition:offset}. */
    List<String> badRecords() {
        return badRecords;
    }

    void begin(Fault fault) throws IOException, InterruptedException {
        JavaProcess process = cluster.processes().get(fault.target());
        switch (fault.kind()) {
            case KILL, TERM -> process.signal(fault.kind().name());
            case SUSPEND -> process.signal("STOP");
            case CUT -> cluster.proxy(fault.target()).set(Link.CUT);
            case FREEZE -> cluster.proxy(fault.target()).set(Link.FROZEN);
            case SLOW -> cluster.proxy(fault.target()).set(Link.SLOW);
            case FULL_DISK -> process.limitFiles(true);
            case BAD_RECORD -> writeBadRecord(fault.target());
        }
        active.add(new Injection(fault));
    }

    /** Undoes what is due, and returns the faults that are over by that. */
    List<Fault> undoDue() throws IOException, InterruptedException {
        List<Fault> over = new ArrayList<>();
        for (Injection each : List.copyOf(active)) {
            if (isOver(each)) {
                active.remove(each);
                over.add(each.fault);
            }
        }
        return over;
    }

    private boolean isOver(Injection each) throws IOException, InterruptedException {
        Fault fault = each.fault;
        JavaProcess process = cluster.processes().get(fault.target());
        boolean due = System.nanoTime() >= each.undoAt;
        switch (fault.kind()) {
            case KILL, TERM, FULL_DISK -> {
                if (process.alive()) {
                    return stillRuns(each, process, due);
                }
                if (!each.ended) { // it stays away for a while from now on
                    each.ended = true;
                    each.undoAt = System.nanoTime() + fault.lasts().toNanos();
                    judgeEnd(fault, process);
                    return false;
                }
                if (due) {
                    process.start();
                }
                return due;
            }
            case SUSPEND -> {
                if (due) {
                    process.signal("CONT");
                }
                return due;
            }
            case CUT, FREEZE, SLOW -> {
                if (due) {
                    cluster.proxy(fault.target()).set(Link.OPEN);
                }
                return due;
            }
            default -> {
                return due;
            }
        }
    }

    private boolean stillRuns(Injection each, JavaProcess process, boolean due)
            throws IOException, InterruptedException {
        if (each.fault.kind() == Fault.Kind.FULL_DISK && due) {
            process.limitFiles(false);
            return true;
        }
        if (each.fault.kind() == Fault.Kind.TERM && System.nanoTime() - each.begin > GRACE_NS) {
            violations.add(process.name() + " did not obey SIGTERM within 70 s");
            process.signal("KILL");
        }
        return false;
    }

    private void judgeEnd(Fault fault, JavaProcess process) throws IOException {
        if (fault.kind() == Fault.Kind.TERM && process.exit() != TERMINATED && process.exit() != 0) {
            violations.add(process.name() + " ended with " + process.exit() + " after SIGTERM, expected " + TERMINATED
                    + ": " + process.lastWords());
        }
    }

    /** Writes a record that nobody can decode: no bytes, foreign bytes, or Avro of a schema that there is not. */
    private void writeBadRecord(String topic) throws IOException, InterruptedException {
        EventLog log = cluster.log(TortureCluster.RUN);
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        if (value.length > 4) {
            value[0] = (byte) random.nextInt(2); // 0: the first byte of Confluent's format
            value[1] = 127;
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(log.clientSettings(), new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata place = producer.send(new ProducerRecord<>(
                            log.topics().name(topic), "bad".getBytes(StandardCharsets.UTF_8), value))
                    .get();
            badRecords.add(place.topic() + ":" + place.partition() + ":" + place.offset());
        } catch (ExecutionException e) {
            throw new IOException("No bad record on " + topic + ": the broker does not take it", e);
        }
    }
}
