package dev.longstream.streams.topology;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.record.DeadLetter;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;

/** A stage in a test: its topology without a broker, against a schema registry in memory. */
public final class StageDriver implements AutoCloseable {
    private final EventLog log;
    private final TopologyTestDriver driver;
    private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
    private final Map<String, TestOutputTopic<String, SpecificRecord>> outputs = new HashMap<>();
    private final Serializer<SpecificRecord> serializer;
    private final Deserializer<SpecificRecord> deserializer;

    public StageDriver(Function<EventLog, Topology> topology) {
        this.log = log();
        this.serializer = log.serializer();
        this.deserializer = log.deserializer();
        Properties settings = new Properties();
        settings.putAll(StageTopology.settings(log, "test-" + UUID.randomUUID()));
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder().toString());
        this.driver = new TopologyTestDriver(topology.apply(log), settings);
    }

    /** A log whose registry knows every schema of the catalogue, and those of the shadow {@code strict}. */
    public static EventLog log() {
        String scope = UUID.randomUUID().toString();
        SchemaRegistryClient registry = MockSchemaRegistry.getClientForScope(scope);
        Topics topics = new Topics("test", 2);
        List<Topic<? extends SpecificRecord>> known = new ArrayList<>(topics.all());
        known.addAll(topics.ofShadow("strict").all());
        for (Topic<? extends SpecificRecord> topic : known) {
            try {
                registry.register(
                        topic.subject(), new AvroSchema(SpecificData.get().getSchema(topic.value())));
            } catch (IOException | RestClientException e) {
                throw new IllegalStateException(e);
            }
        }
        return new EventLog(new LogAddress("localhost:9092", "mock://" + scope), topics);
    }

    public Topics topics() {
        return log.topics();
    }

    public <V extends SpecificRecord> void send(Topic<V> topic, String key, V value) {
        sendBytes(topic, key, serialized(topic, value), Instant.EPOCH);
    }

    public <V extends SpecificRecord> void send(Topic<V> topic, String key, V value, Instant at) {
        sendBytes(topic, key, serialized(topic, value), at);
    }

    public <V extends SpecificRecord> byte[] serialized(Topic<V> topic, V value) {
        return serializer.serialize(topic.name(), value);
    }

    public void sendBytes(Topic<?> topic, String key, byte[] value, Instant at) {
        inputs.computeIfAbsent(
                        topic.name(),
                        name -> driver.createInputTopic(name, new StringSerializer(), new ByteArraySerializer()))
                .pipeInput(new TestRecord<>(key, value, at));
    }

    /** Returns the records that the stage has written since the last call. */
    public <V extends SpecificRecord> List<TestRecord<String, V>> records(Topic<V> topic) {
        TestOutputTopic<String, SpecificRecord> output = outputs.computeIfAbsent(
                topic.name(), name -> driver.createOutputTopic(name, new StringDeserializer(), deserializer));
        return output.readRecordsToList().stream()
                .map(record -> new TestRecord<>(
                        record.key(), topic.value().cast(record.value()), record.headers(), record.timestamp()))
                .toList();
    }

    public <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        return records(topic).stream().map(TestRecord::value).toList();
    }

    public List<DeadLetter> deadLetters() {
        return values(topics().deadLetters());
    }

    /** Returns a store of the stage. */
    public <K, V> KeyValueStore<K, V> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /** Total of a metric over the stage's tasks. */
    public double counted(String what) {
        return driver.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(what + "-total"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    /** Lets a clock go forward that punctuations follow. */
    public void passTime(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Returns the number of entries of a store, without that of its format. */
    public long entries(String store) {
        long entries = 0;
        try (KeyValueIterator<Object, Object> all =
                driver.getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                if (!StoreFormat.KEY.equals(all.next().key)) {
                    entries++;
                }
            }
        }
        return entries;
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "stages")), "stage");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
