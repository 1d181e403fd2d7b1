package dev.longstream.log;

import dev.longstream.failure.UnreachableException;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Decodes the values of a topic from Confluent's wire format. It tells a bad record from a schema registry that does not
 * answer: a record is bad only if its bytes are wrong, or if a registry that knows the topic does not know its schema.
 *
 * @param <V> class of the topic's records
 */
public final class RecordDecoder<V extends SpecificRecord> implements AutoCloseable {
    private static final byte MAGIC = 0;
    /** Size in bytes of the magic byte and the schema's id. */
    private static final int PREFIX = 5;
    /** Error codes of a registry without the schema, or without it for this subject. */
    private static final Set<Integer> NO_SUCH_SCHEMA = Set.of(40401, 40403);

    private final Topic<V> topic;
    private final String registryUrl;
    private final KafkaAvroDeserializer deserializer;
    /** Id of the schema that was found last, which the next record nearly always has, too; 0: none yet. */
    private volatile int found;

    /** Creates a decoder with a registry client of its own. */
    public RecordDecoder(EventLog log, Topic<V> topic) {
        this.topic = topic;
        this.registryUrl = log.address().registryUrl();
        this.deserializer = log.avroDeserializer();
    }

    /**
     * Decodes the value of one record.
     *
     * @throws BadRecordException if the bytes are no value of this topic; a retry does not help
     * @throws UnreachableException if the registry does not answer or refuses; a retry may help
     */
    public V decode(byte @Nullable [] bytes) throws BadRecordException {
        if (bytes == null) {
            throw new BadRecordException("has no value, expected " + expected());
        }
        if (bytes.length < PREFIX || bytes[0] != MAGIC) {
            throw new BadRecordException("cannot be decoded, expected " + expected() + ": "
                    + (bytes.length < PREFIX
                            ? "it has " + bytes.length + " bytes"
                            : "its first byte is " + bytes[0] + ", not the magic byte " + MAGIC));
        }
        findSchema(ByteBuffer.wrap(bytes).getInt(1));
        Object value;
        try {
            value = deserializer.deserialize(topic.name(), bytes);
        } catch (RuntimeException e) { // any kind: a record that is too short underflows a buffer
            throw new BadRecordException("cannot be decoded, expected " + expected() + ": " + causes(e), e);
        }
        if (!topic.value().isInstance(value)) {
            throw new BadRecordException(
                    "is a " + ((SpecificRecord) value).getSchema().getFullName() + ", expected " + expected());
        }
        return topic.value().cast(value);
    }

    /** Loads a schema into the cache that the deserializer reads, so that only the record itself can fail later. */
    private void findSchema(int id) throws BadRecordException {
        if (id == found) {
            return;
        }
        try {
            deserializer.getSchemaBySubjectAndId(topic.subject(), id);
            found = id;
        } catch (RestClientException e) {
            if (NO_SUCH_SCHEMA.contains(e.getErrorCode()) && knowsTopic()) {
                throw new BadRecordException(
                        "cannot be decoded, expected " + expected() + ": the registry has no schema " + id, e);
            }
            throw unanswered(id, e);
        } catch (IOException | RuntimeException e) {
            throw unanswered(id, e);
        }
    }

    private boolean knowsTopic() {
        try {
            return deserializer
                            .getSchemaRegistryClient()
                            .getLatestSchemaMetadata(topic.subject())
                            .getId()
                    > 0;
        } catch (IOException | RestClientException e) {
            return false;
        }
    }

    private UnreachableException unanswered(int id, Exception cause) {
        return new UnreachableException(
                "The schema registry at " + registryUrl + " did not give schema " + id + " of topic " + topic.name()
                        + " (" + cause.getMessage() + "); does it run there, and does it hold this run's schemas?",
                cause);
    }

    private String expected() {
        return topic.value().getSimpleName() + " in Confluent's wire format";
    }

    private static String causes(Throwable thrown) {
        StringJoiner messages = new StringJoiner(": ");
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.add(cause instanceof SerializationException ? cause.getMessage() : cause.toString());
        }
        return messages.toString();
    }

    @Override
    public void close() {
        deserializer.close();
    }
}
