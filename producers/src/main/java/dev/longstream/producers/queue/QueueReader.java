package dev.longstream.producers.queue;

import dev.longstream.log.EventLog;
import dev.longstream.log.UnansweredRegistry;
import dev.longstream.record.DeadLetter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/**
 * Decodes what was taken from a queue. What cannot be decoded goes to {@code dead-letters} with the reason, and is finished:
 * no other worker could read it either.
 */
public final class QueueReader<T extends SpecificRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(QueueReader.class);

    private final EventLog log;
    private final String stage;
    private final String expected;
    private final Deserializer<T> deserializer;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final InstantSource clock;

    /**
     * @param stage the worker's, for the dead letter
     * @param expected what the queue holds, in words: {@code an assignment}
     * @param producer of the dead letters; not closed here
     * @param clock of the dead letters' times
     */
    public QueueReader(
            EventLog log,
            String stage,
            String expected,
            KafkaProducer<String, SpecificRecord> producer,
            InstantSource clock) {
        this.log = log;
        this.stage = stage;
        this.expected = expected;
        this.deserializer = log.deserializer();
        this.producer = producer;
        this.clock = clock;
    }

    /**
     * The record's value; empty if it is a dead letter now.
     *
     * @throws RuntimeException if the schema registry does not answer: that is not the record's fault. It should end the
     *     worker, which gives back what it had taken
     */
    public Optional<T> read(Leases.Taken taken) {
        ConsumerRecord<String, byte[]> record = taken.record();
        try {
            return Optional.of(Objects.requireNonNull(
                    deserializer.deserialize(record.topic(), record.value()), "the record has no value"));
        } catch (RuntimeException e) {
            if (UnansweredRegistry.isBehind(e)) {
                throw e;
            }
            refuse(record, "not " + expected + ": " + e.getMessage());
            taken.lease().finish(record.offset());
            return Optional.empty();
        }
    }

    private void refuse(ConsumerRecord<String, byte[]> record, String reason) {
        LOG.warn("{} at offset {} is a dead letter: {}", record.topic(), record.offset(), reason);
        DeadLetter letter = DeadLetter.newBuilder()
                .setStage(stage)
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setReason(reason)
                .setValue(ByteBuffer.wrap(Objects.requireNonNullElse(record.value(), new byte[0])))
                .setAt(clock.instant())
                .build();
        Futures.get(
                producer.send(new ProducerRecord<>(log.topics().deadLetters().name(), record.key(), letter)));
    }
}
