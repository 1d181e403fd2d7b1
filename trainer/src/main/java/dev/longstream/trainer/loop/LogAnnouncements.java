package dev.longstream.trainer.loop;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.PassingFault;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.Step;
import dev.longstream.record.Weights;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Writes announcements to the event log, one transaction each. The transactional id is the run's: a new trainer fences
 * the one before it, and finishes or aborts the transaction that it left open. After a transaction that the broker
 * refuses, a new producer does the same, and missing records are written again.
 */
public final class LogAnnouncements implements Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(LogAnnouncements.class);
    private static final int ATTEMPTS = 3;
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);

    private final EventLog log;
    private final Supplier<Producer<String, SpecificRecord>> producers;
    /** Group whose offsets {@link #writeNothing} names; this is no member of it. */
    private final ConsumerGroupMetadata group;

    private Producer<String, SpecificRecord> producer;
    private long begunAt;
    /** Newest version that this knows to be announced; -1 before version 0. */
    private long newestKnown = -1;

    /** Creates the announcements of a run and fences an earlier trainer. */
    public LogAnnouncements(EventLog log) {
        this(log, () -> transactional(log));
    }

    LogAnnouncements(EventLog log, Supplier<Producer<String, SpecificRecord>> producers) {
        this.log = log;
        this.producers = producers;
        try (KafkaConsumer<String, byte[]> consumer =
                log.consumer(Map.of("group.id", log.topics().name("trainer")))) {
            this.group = consumer.groupMetadata();
        }
        this.producer = producers.get();
        producer.initTransactions();
    }

    private static KafkaProducer<String, SpecificRecord> transactional(EventLog log) {
        return log.producer(Map.of(
                "transactional.id",
                log.topics().name("trainer"),
                "transaction.timeout.ms",
                (int) TRANSACTION_TIMEOUT.toMillis(),
                "max.in.flight.requests.per.connection",
                1));
    }

    @Override
    public NavigableMap<Long, String> digests() {
        NavigableMap<Long, String> digests = new TreeMap<>();
        TopicReader.readAll(
                log,
                log.topics().weights(),
                record ->
                        digests.put(record.value().getVersion(), record.value().getDigest()));
        newestKnown = digests.isEmpty() ? -1 : digests.lastKey();
        return digests;
    }

    /** Returns the newest version announced so far; empty before version 0. */
    Optional<Weights> newest() {
        AtomicReference<Weights> newest = new AtomicReference<>();
        TopicReader.readAll(log, log.topics().weights(), record -> newest.set(record.value()));
        return Optional.ofNullable(newest.get());
    }

    @Override
    public void requireNoOtherTrainer(long version, BooleanSupplier stopped) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (attempt > 1) {
                    replaceProducer();
                    if (newest().filter(found -> found.getVersion() > newestKnown)
                            .isPresent()) {
                        throw new LogException(notKept(version));
                    }
                }
                writeNothing();
                return;
            } catch (ProducerFencedException e) {
                throw new LogException(notKept(version), e);
            } catch (KafkaException e) {
                boolean fenced = e instanceof InvalidProducerEpochException && !hasTimedOut();
                if (fenced || stopped.getAsBoolean() || (attempt >= ATTEMPTS && !PassingFault.isBehind(e))) {
                    throw new LogException(
                            fenced
                                    ? notKept(version)
                                    : "Version " + version + " is not kept, because "
                                            + log.address().bootstrapServers()
                                            + " does not say whether another trainer has taken over: " + e.getMessage(),
                            e);
                }
                LOG.warn("Version {} waits for the broker: {}", version, e.getMessage());
            }
        }
    }

    /** Has the broker check the producer's epoch, in a transaction that leaves nothing behind. */
    private void writeNothing() {
        begunAt = System.nanoTime();
        producer.beginTransaction();
        TopicPartition batches = new TopicPartition(log.topics().batches().name(), 0);
        producer.sendOffsetsToTransaction(Map.of(batches, new OffsetAndMetadata(0)), group);
        producer.abortTransaction();
    }

    private boolean hasTimedOut() {
        return System.nanoTime() - begunAt >= TRANSACTION_TIMEOUT.toNanos();
    }

    private String notKept(long version) {
        return "Version " + version + " is not kept: another trainer has taken over run "
                + log.topics().run() + "; this one stops";
    }

    @Override
    public void announce(Optional<Step> step, Weights weights) {
        for (int attempt = 1; ; attempt++) {
            try {
                if (attempt == 1 || !announcedAfterAll(weights)) {
                    write(step, weights);
                }
                newestKnown = Math.max(newestKnown, weights.getVersion());
                return;
            } catch (ProducerFencedException e) {
                throw new LogException(takenOver(weights), e);
            } catch (InvalidProducerEpochException e) {
                // Another trainer, or the broker, which ends a transaction that takes too long.
                if (attempt == ATTEMPTS || !hasTimedOut()) {
                    throw new LogException(takenOver(weights), e);
                }
                LOG.warn("Version {} is announced again: its transaction had timed out", weights.getVersion());
            } catch (KafkaException e) {
                // After a timeout the producer has waited long enough: another attempt would not help.
                if (attempt == ATTEMPTS || e instanceof TimeoutException) {
                    throw new LogException(
                            "Version " + weights.getVersion() + " could not be announced on "
                                    + log.address().bootstrapServers() + ": " + e.getMessage()
                                    + "; its checkpoint is complete, and the next start announces it",
                            e);
                }
                LOG.warn("Version {} is announced again: {}", weights.getVersion(), e.getMessage());
            }
        }
    }

    private void write(Optional<Step> step, Weights weights) {
        String key = Long.toString(weights.getVersion());
        begunAt = System.nanoTime();
        producer.beginTransaction();
        step.ifPresent(value -> send(log.topics().steps(), key, value));
        send(log.topics().weights(), key, weights);
        producer.commitTransaction();
    }

    /**
     * Returns whether the failed transaction was committed after all. The transaction has ended when this method
     * returns, whatever its outcome.
     */
    private boolean announcedAfterAll(Weights weights) {
        replaceProducer();
        Optional<Weights> newest = newest().filter(found -> found.getVersion() >= weights.getVersion());
        newest.filter(found -> !found.equals(weights)).ifPresent(other -> {
            throw new LogException(takenOver(weights));
        });
        return newest.isPresent();
    }

    /** Replaces a producer that has failed, which ends the transaction that it left open. */
    private void replaceProducer() {
        producer.close(Duration.ZERO);
        producer = producers.get();
        producer.initTransactions();
    }

    private String takenOver(Weights weights) {
        return "Version " + weights.getVersion() + " was not announced: another trainer has taken over run "
                + log.topics().run() + "; this one stops";
    }

    private <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        // The commit of the transaction throws if a record was not written.
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic.name(), 0, key, value));
    }

    @Override
    public void close() {
        producer.close();
    }
}
