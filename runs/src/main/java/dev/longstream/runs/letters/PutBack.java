package dev.longstream.runs.letters;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.RecordRef;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Publishes a repaired record to the topic that it came from, once. The record and the note that resolves its letter are
 * written in one transaction, and a second process with the same purpose fences the first.
 */
public final class PutBack {
    private final EventLog log;

    /** Creates the repair of a run's records. */
    public PutBack(EventLog log) {
        this.log = log;
    }

    /**
     * Publishes the record of a letter again.
     *
     * @param offset offset of the letter in {@code dead-letters}
     * @param json repaired record, as {@code longstream dead-letters show} prints it; null: the record's own bytes
     * @param key key of the repaired record; null: the key that it had
     * @return place of the published record
     * @throws WrongUseException if there is no such letter, it was put back before, or nothing would use the record
     * @throws UnusableInputException if the record cannot be decoded
     */
    public RecordRef publish(long offset, @Nullable String json, @Nullable String key) {
        try (KafkaProducer<String, byte[]> producer = producer()) {
            producer.initTransactions(); // before the letters are read: what an earlier process wrote is decided now
            Letter letter = Letters.at(log, offset);
            letter.putBack().ifPresent(place -> {
                throw new WrongUseException("The record of offset " + offset + " was put back before, at offset "
                        + place.getOffset() + " of partition " + place.getPartition() + " of "
                        + letter.refusal().getTopic());
            });
            Topic<? extends SpecificRecord> topic = topic(letter);
            byte[] value = bytes(letter, topic, json);
            requireUse(letter, topic);
            return publish(producer, letter, topic, value, key);
        }
    }

    private RecordRef publish(
            Producer<String, byte[]> producer, Letter letter, Topic<?> topic, byte[] value, @Nullable String key) {
        producer.beginTransaction();
        try {
            ProducerRecord<String, byte[]> record = key == null
                    ? new ProducerRecord<>(
                            topic.name(),
                            letter.refusal().getPartition(),
                            letter.key().isEmpty() ? null : letter.key(),
                            value)
                    : new ProducerRecord<>(topic.name(), key, value);
            RecordMetadata written = producer.send(record).get();
            RecordRef place = new RecordRef(written.partition(), written.offset());
            producer.send(new ProducerRecord<>(log.topics().deadLetters().name(), letter.key(), note(letter, place)))
                    .get();
            producer.commitTransaction();
            return place;
        } catch (ExecutionException | KafkaException e) {
            throw LogException.notWritten(topic, letter.key(), e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while a record was put back to " + topic.name(), e);
        }
    }

    private byte[] note(Letter letter, RecordRef place) {
        DeadLetter note = DeadLetter.newBuilder(letter.refusal())
                .setReason("put back")
                .setValue(ByteBuffer.allocate(0))
                .setAt(Instant.now())
                .setResolves(letter.offset())
                .setPutBack(place)
                .build();
        try (Serializer<DeadLetter> serializer = log.serializer()) {
            return serializer.serialize(log.topics().deadLetters().name(), note);
        }
    }

    private Topic<? extends SpecificRecord> topic(Letter letter) {
        String name = letter.refusal().getTopic();
        return log.topics().all().stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new WrongUseException("The record came from the topic " + name
                        + ", which is none of run " + log.topics().run()));
    }

    private <V extends SpecificRecord> byte[] bytes(Letter letter, Topic<V> topic, @Nullable String json) {
        if (json != null) {
            V repaired = RecordJson.read(json, topic.value(), "The repaired record");
            try (Serializer<V> serializer = log.serializer()) {
                return serializer.serialize(topic.name(), repaired);
            }
        }
        byte[] own = Bytes.of(letter.refusal().getValue());
        try (RecordDecoder<V> decoder = new RecordDecoder<>(log, topic)) {
            decoder.decode(own);
            return own;
        } catch (BadRecordException e) {
            throw new UnusableInputException(
                    "The record of offset " + letter.offset() + " " + e.getMessage()
                            + "; give a repaired one with --file, e.g. made from 'longstream inspect "
                            + topic.name().substring(log.topics().name("").length()) + " --full --json'",
                    e);
        }
    }

    /** Refuses a trajectory that was scored without a reward: its place in the group is taken. */
    private void requireUse(Letter letter, Topic<?> topic) {
        if (!topic.name().equals(log.topics().trajectories().name())) {
            return;
        }
        RecordRef place =
                new RecordRef(letter.refusal().getPartition(), letter.refusal().getOffset());
        TopicReader.readAll(log, log.topics().scored(), record -> {
            if (record.value().getTrajectory().equals(place)) {
                throw new WrongUseException("The answer of offset " + letter.offset()
                        + " counts as a failed answer of group "
                        + record.value().getGroupId()
                        + " already, so that a second one would be dropped as a duplicate");
            }
        });
    }

    private KafkaProducer<String, byte[]> producer() {
        Map<String, Object> settings = log.clientSettings();
        settings.put("acks", "all");
        settings.put("transactional.id", log.topics().name("put-back"));
        settings.put("compression.type", "zstd");
        settings.put("max.request.size", log.topics().deadLetters().maxRecordBytes());
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
