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

import java.time.Duration;
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
 * @param listener hears of the clients and of the records that are written with them, or to topics of a stage
 */
public record EventLog(LogAddress address, Topics topics, LogListener listener) {
    /** Creates the log of a run that nobody listens to. */
    public EventLog(LogAddress address, Topics topics) {
        this(address, topics, LogListener.NONE);
    }

    /** Returns the same log with a listener. */
    public EventLog heardBy(LogListener other) {
        return new EventLog(address, topics, other);
    }

    /** Returns the log of another run on the same broker, with as many partitions; nobody listens to it. */
    public EventLog ofRun(String name) {
        return new EventLog(address, new Topics(name, topics.partitions()));
    }

    /** Returns the log as the shadow of this name uses it, with the same listener. */
    public EventLog ofShadow(String name) {
        return new EventLog(address, topics.ofShadow(name), listener);
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

    /** Returns the settings of an idempotent producer that waits for all replicas. */
    public Map<String, Object> producerSettings() {
        Map<String, Object> settings = clientSettings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "zstd");
        settings.put("max.request.size", topics.deadLetters().maxRecordBytes());
        settings.put("buffer.memory", 4L * topics.deadLetters().maxRecordBytes());
        return settings;
    }

    /** Creates a producer with {@link #producerSettings}; {@code overrides} take precedence. */
    public KafkaProducer<String, SpecificRecord> producer(Map<String, Object> overrides) {
        Map<String, Object> settings = producerSettings();
        settings.putAll(overrides);
        HeardProducer producer = new HeardProducer(settings, written(this.<SpecificRecord>serializer()), listener);
        listener.onOpened(producer);
        return producer;
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
        HeardConsumer consumer = new HeardConsumer(settings, listener);
        listener.onOpened(consumer);
        return consumer;
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
        return new RecordSerializer<>(serializer);
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

    /** Returns a serializer that tells the listener of each record. */
    public <V extends SpecificRecord> Serializer<V> written(Serializer<V> serializer) {
        return listener == LogListener.NONE ? serializer : new HeardSerializer<>(serializer, listener);
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
    private static <V> Deserializer<V> narrowed(KafkaAvroDeserializer deserializer) {
        return (Deserializer<V>) (Deserializer<?>) deserializer;
    }

    /** A producer whose end the listener hears of. */
    private static final class HeardProducer extends KafkaProducer<String, SpecificRecord> {
        private final LogListener listener;

        HeardProducer(Map<String, Object> settings, Serializer<SpecificRecord> values, LogListener listener) {
            super(settings, new StringSerializer(), values);
            this.listener = listener;
        }

        @Override
        public void close(Duration timeout) {
            listener.onClosing(this);
            super.close(timeout);
        }
    }

    /** A consumer whose end the listener hears of. */
    private static final class HeardConsumer extends KafkaConsumer<String, byte[]> {
        private final LogListener listener;

        HeardConsumer(Map<String, Object> settings, LogListener listener) {
            super(settings, new StringDeserializer(), new ByteArrayDeserializer());
            this.listener = listener;
        }

        @Override
        public void close() {
            listener.onClosing(this);
            super.close();
        }
    }

    /** Tells the listener of each record. */
    private record HeardSerializer<V extends SpecificRecord>(Serializer<V> serializer, LogListener listener)
            implements Serializer<V> {
        @Override
        public byte[] serialize(String topic, V record) {
            byte[] bytes = serializer.serialize(topic, record);
            if (record != null) {
                listener.onWritten(topic, record);
            }
            return bytes;
        }

        @Override
        public void close() {
            serializer.close();
        }
    }
}
