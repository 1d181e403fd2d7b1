package dev.longstream.producers.queue;

import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import dev.longstream.record.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Decodes records from a work queue. A record that cannot be decoded goes to {@code dead-letters} with the reason and
 * is acknowledged, because no other worker could read it either.
 */
public final class QueueReader<T extends SpecificRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(QueueReader.class);

    private final EventLog log;
    private final String stage;
    private final RecordDecoder<T> decoder;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final InstantSource clock;

    /**
     * Creates a reader for one worker.
     *
     * @param topic topic of the queue
     * @param stage name of the worker in dead letters
     * @param producer writes the dead letters; not closed here
     * @param clock time of the dead letters
     */
    public QueueReader(
            EventLog log,
            Topic<T> topic,
            String stage,
            KafkaProducer<String, SpecificRecord> producer,
            InstantSource clock) {
        this.log = log;
        this.stage = stage;
        this.decoder = new RecordDecoder<>(log, topic);
        this.producer = producer;
        this.clock = clock;
    }

    /**
     * Returns the record's value; empty if it became a dead letter.
     *
     * @throws dev.longstream.failure.UnreachableException if the schema registry does not answer, which is not the record's
     *     fault; the worker should end, which releases its records
     */
    public Optional<T> read(Leases.Taken taken) {
        ConsumerRecord<String, byte[]> record = taken.record();
        try {
            return Optional.of(decoder.decode(record.value()));
        } catch (BadRecordException e) {
            refuse(record, String.valueOf(e.getMessage()));
            taken.lease().finish(record.offset());
            return Optional.empty();
        }
    }

    private void refuse(ConsumerRecord<String, byte[]> record, String reason) {
        LOG.warn("{} at offset {} is written to dead-letters: it {}", record.topic(), record.offset(), reason);
        DeadLetter letter = DeadLetter.newBuilder()
                .setStage(stage)
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setReason(reason)
                .setValue(ByteBuffer.wrap(Objects.requireNonNullElse(record.value(), new byte[0])))
                .setAt(clock.instant())
                .build();
        Sending.all(producer, log.topics().deadLetters(), List.of(letter), dead -> record.key());
    }
}
