package dev.longstream.log;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes records in Confluent's wire format, with the same bytes as Confluent's serializer. That one writes the first record of each
 * topic and so finds the schema's id; looking the id up in its cache takes longer than to encode a small record. Thread-safe.
 */
final class RecordSerializer<V extends SpecificRecord> implements Serializer<V> {
    /** Size in bytes of the magic byte and the schema's id. */
    private static final int PREFIX = 5;

    private final KafkaAvroSerializer confluent;
    private final Map<String, Encoding> encodings = new ConcurrentHashMap<>();

    /** Encodes records of one class for one topic. */
    private static final class Encoding {
        private final Class<?> type;
        private final byte[] prefix;
        private final DatumWriter<SpecificRecord> writer;

        Encoding(SpecificRecord first, byte[] prefix) {
            this.type = first.getClass();
            this.prefix = prefix;
            this.writer = new SpecificDatumWriter<>(first.getSchema());
        }
    }

    /** Creates a serializer; {@code confluent} is configured and belongs to it from now on. */
    RecordSerializer(KafkaAvroSerializer confluent) {
        this.confluent = confluent;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable V record) {
        if (record == null) {
            return confluent.serialize(topic, null);
        }
        Encoding encoding = encodings.get(topic);
        if (encoding == null || encoding.type != record.getClass()) {
            byte[] bytes = confluent.serialize(topic, record);
            encodings.put(topic, new Encoding(record, Arrays.copyOf(bytes, PREFIX)));
            return bytes;
        }
        return encode(encoding, topic, record);
    }

    private static byte[] encode(Encoding encoding, String topic, SpecificRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(encoding.prefix, 0, PREFIX);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            encoding.writer.write(record, encoder);
        } catch (IOException | RuntimeException e) { // as Confluent's serializer does
            throw new SerializationException("A record of " + topic + " cannot be written as Avro", e);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        confluent.close();
    }
}
