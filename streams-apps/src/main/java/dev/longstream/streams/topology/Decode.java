package dev.longstream.streams.topology;

import dev.longstream.log.BadRecordException;
import dev.longstream.log.EventLog;
import dev.longstream.log.RecordDecoder;
import dev.longstream.log.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * Decodes the records of a topic. Bytes of another type are refused; a schema registry that does not answer is not the
 * record's fault, and its exception is thrown.
 *
 * @param <R> type that the reader needs
 * @param <V> type of the topic's records
 */
final class Decode<R extends SpecificRecord, V extends R>
        extends ContextualProcessor<String, byte[], String, Checked<Located<R>>> {
    private final Topic<V> topic;
    private final String stage;
    private final RecordDecoder<V> decoder;
    private final @Nullable Function<V, String> keyOf;

    /**
     * Creates a decoder.
     *
     * @param keyOf returns the key that a record must have, where the key decides which task reads it; null: any key
     */
    Decode(EventLog log, Topic<V> topic, String stage, @Nullable Function<V, String> keyOf) {
        this.topic = topic;
        this.stage = stage;
        this.decoder = new RecordDecoder<>(log, topic);
        this.keyOf = keyOf;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        context().forward(record.withValue(decode(record)));
    }

    private Checked<Located<R>> decode(Record<String, byte[]> record) {
        RecordMetadata origin = context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("A record of " + topic.name() + " has no offset"));
        byte[] raw = record.value() == null ? new byte[0] : record.value();
        V value;
        try {
            value = decoder.decode(record.value());
        } catch (BadRecordException e) {
            return refused(origin, record, raw, String.valueOf(e.getMessage()));
        }
        String key = keyOf == null ? record.key() : keyOf.apply(value);
        if (key != null && !key.equals(record.key())) {
            return refused(
                    origin,
                    record,
                    raw,
                    "has the key '" + record.key() + "', expected its " + topic.key() + " '" + key + "'");
        }
        return Checked.accept(new Located<>(
                value, stage, topic.name(), origin.partition(), origin.offset(), record.timestamp(), raw));
    }

    private Checked<Located<R>> refused(RecordMetadata origin, Record<String, byte[]> record, byte[] raw, String why) {
        return Checked.refuse(Located.refusal(
                stage, topic.name(), origin.partition(), origin.offset(), record.timestamp(), raw, why));
    }
}
