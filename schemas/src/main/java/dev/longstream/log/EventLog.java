package dev.longstream.log;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Creates Kafka clients for a run's topics. It has no connection itself.
 *
 * <p>Only {@link TopicAdmin} registers schemas. A client that needs an unregistered schema fails, so that no process
 * changes a schema just by running.
 *
 * @param address broker and registry
 * @param topics the run's topics
 */
public record EventLog(LogAddress address, Topics topics) {

    /** Returns the log as the shadow of this name uses it. */
    public EventLog ofShadow(String name) {
        return new EventLog(address, topics.ofShadow(name));
    }

    /** Returns the settings that all Kafka clients of the run share. */
    public Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>(address.clientProperties());
        settings.put("bootstrap.servers", address.bootstrapServers());
        return settings;
    }

    /** Returns the settings of a Streams application; the stage adds its application id and state folder. */
    public Properties streamsSettings() {
        Properties properties = new Properties();
        properties.putAll(clientSettings());
        properties.put("processing.guarantee", "exactly_once_v2");
        properties.put("producer.max.request.size", topics.deadLetters().maxRecordBytes());
        properties.put("producer.compression.type", "zstd");
        properties.put(
                "topic.max.message.bytes",
                Integer.toString(topics.deadLetters().maxRecordBytes())); // of internal topics
        // Internal topics are compacted and emptied by whole segments; Kafka's default of 1 GiB would be most of a
        // run's log.
        properties.put("topic.segment.bytes", Integer.toString(64 << 20));
        properties.put("consumer.auto.offset.reset", "earliest");
        return properties;
    }

    /** Creates an admin client, which the caller closes. */
    public Admin admin() {
        return Admin.create(clientSettings());
    }

    /** Creates an idempotent producer that waits for all replicas; {@code overrides} take precedence. */
    public KafkaProducer<String, SpecificRecord> producer(Map<String, Object> overrides) {
        Map<String, Object> settings = clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "zstd");
        settings.put("max.request.size", topics.deadLetters().maxRecordBytes());
        settings.put("buffer.memory", 4L * topics.deadLetters().maxRecordBytes());
        settings.putAll(overrides);
        return new KafkaProducer<>(settings, new StringSerializer(), this.<SpecificRecord>serializer());
    }

    /**
     * Creates a consumer of committed records that starts at the beginning and commits no offsets by itself. Values stay
     * bytes, so that a bad one does not stop it; {@link RecordDecoder} decodes them.
     */
    public KafkaConsumer<String, byte[]> consumer(Map<String, Object> overrides) {
        Map<String, Object> settings = clientSettings();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        settings.putAll(overrides);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Creates a member of a share group with explicit acknowledgement. Values stay bytes, so that a bad one can be
     * rejected.
     */
    public ShareConsumer<String, byte[]> shareConsumer(String group, Map<String, Object> overrides) {
        Map<String, Object> settings = clientSettings();
        settings.put("group.id", group);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.putAll(overrides);
        return new KafkaShareConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /** Creates a serializer of Confluent's wire format; the schema must be registered. */
    public <V extends SpecificRecord> Serializer<V> serializer() {
        KafkaAvroSerializer serializer = new KafkaAvroSerializer();
        serializer.configure(serdeSettings(), false);
        return narrowed(serializer);
    }

    /** Creates a deserializer of Confluent's wire format. */
    public <V extends SpecificRecord> Deserializer<V> deserializer() {
        return narrowed(avroDeserializer());
    }

    KafkaAvroDeserializer avroDeserializer() {
        KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
        deserializer.configure(serdeSettings(), false);
        return deserializer;
    }

    /** Creates a serde of Confluent's wire format, for Streams. */
    public <V extends SpecificRecord> Serde<V> serde() {
        return Serdes.serdeFrom(this.<V>serializer(), this.<V>deserializer());
    }

    private Map<String, Object> serdeSettings() {
        Map<String, Object> settings = address.registrySettings();
        settings.put("schema.registry.url", address.registryUrl());
        settings.put("auto.register.schemas", false);
        settings.put("specific.avro.reader", true);
        settings.put("avro.use.logical.type.converters", true);
        return settings;
    }

    @SuppressWarnings("unchecked") // Confluent's classes are typed by Object; all records of a topic have one class
    private static <V> Serializer<V> narrowed(KafkaAvroSerializer serializer) {
        return (Serializer<V>) (Serializer<?>) serializer;
    }

    @SuppressWarnings("unchecked")
    private static <V> Deserializer<V> narrowed(KafkaAvroDeserializer deserializer) {
        return (Deserializer<V>) (Deserializer<?>) deserializer;
    }
}
