package dev.longstream.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Reads and writes the compacted topic {@code _schemas}. Used by one thread at a time.
 *
 * <p>Every write is a transaction under one transactional id. A registry that starts while another one runs takes over: the
 * writes of the other one fail, so that no id is assigned twice. After any other failed write it is unknown whether it was
 * committed; the topic is then taken over and read again before the next write.
 */
final class SchemaLog implements SchemaStore, AutoCloseable {
    static final String TOPIC = "_schemas";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Milliseconds that the broker may delay an empty answer. Closing a reader waits for the fetch under way. */
    private static final int FETCH_WAIT_MS = 50;

    private static final int MAX_DEFAULT_REPLICAS = 3;
    private static final int MAX_IN_SYNC = 2;

    /**
     * Transaction timeout. The broker aborts a transaction that is older; one that was aborted sooner was aborted by another
     * registry.
     */
    private static final Duration MAX_WRITE_TIME = Duration.ofSeconds(10);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> client;
    private final SharedState state;
    private final String clusterId;

    /** Null after a failed write of unknown outcome, until {@link #catchUp()}. */
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    private SchemaLog(
            Map<String, Object> client, SharedState state, String clusterId, KafkaProducer<byte[], byte[]> producer) {
        this.client = client;
        this.state = state;
        this.clusterId = clusterId;
        this.producer = producer;
    }

    /**
     * Takes over the topic, creates it if missing, and reads it into {@code state}.
     *
     * @param client settings of the Kafka clients, bootstrap.servers included
     * @param replicas replication factor of the topic, if it has to be created; 0: 3, or the number of brokers if it is smaller
     * @throws SchemaRegistryException if no broker answers, the topic has not one compacted partition, or a record cannot be
     *     read
     */
    static SchemaLog open(Map<String, Object> client, short replicas, SharedState state) {
        try (Admin admin = Admin.create(with(client, Map.of("default.api.timeout.ms", (int) PATIENCE.toMillis())))) {
            createTopic(admin, replicas);
            String clusterId = admin.describeCluster().clusterId().get();
            return new SchemaLog(client, state, clusterId, takeOver(client, state));
        } catch (ExecutionException | KafkaException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new SchemaRegistryException(
                    "the schema registry cannot use the broker at " + client.get("bootstrap.servers") + ": "
                            + cause.getMessage(),
                    cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRegistryException("interrupted while the schema registry was starting", e);
        }
    }

    /** Fences the registry that wrote before and reads the whole topic into {@code state}. */
    private static KafkaProducer<byte[], byte[]> takeOver(Map<String, Object> client, SharedState state) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                with(
                        client,
                        Map.of(
                                "client.id",
                                "schema-registry",
                                "transactional.id",
                                "schema-registry",
                                "transaction.timeout.ms",
                                (int) MAX_WRITE_TIME.toMillis(),
                                "max.block.ms",
                                PATIENCE.toMillis(),
                                "delivery.timeout.ms",
                                (int) MAX_WRITE_TIME.toMillis(),
                                "request.timeout.ms",
                                5_000,
                                "retry.backoff.ms",
                                10,
                                "linger.ms",
                                0,
                                "buffer.memory",
                                8L << 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
            RegistryState read = new RegistryState();
            try (KafkaConsumer<byte[], byte[]> consumer =
                    consumer(with(client, Map.of("fetch.max.wait.ms", FETCH_WAIT_MS)))) {
                readToEnd(consumer, read::apply);
            }
            state.replace(read);
            return producer;
        } catch (RuntimeException e) {
            close(producer);
            throw e;
        }
    }

    static Map<String, Object> with(Map<String, Object> client, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(client);
        all.putAll(own);
        return all;
    }

    private static void createTopic(Admin admin, short replicas) throws ExecutionException, InterruptedException {
        int brokers = admin.describeCluster().nodes().get().size();
        short copies = replicas == 0 ? (short) Math.min(MAX_DEFAULT_REPLICAS, brokers) : replicas;
        Map<String, String> settings = Map.of(
                "cleanup.policy", "compact", "min.insync.replicas", Integer.toString(Math.min(MAX_IN_SYNC, copies)));
        try {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, copies).configs(settings)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            requireOneCompactedPartition(admin);
        }
    }

    private static void requireOneCompactedPartition(Admin admin) throws ExecutionException, InterruptedException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
        Config config = Objects.requireNonNull(
                admin.describeConfigs(Set.of(topic)).all().get().get(topic));
        String policy = config.get("cleanup.policy").value();
        TopicDescription description = Objects.requireNonNull(
                admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC));
        int partitions = description.partitions().size();
        if (partitions != 1 || !policy.equals("compact")) {
            throw new SchemaRegistryException(
                    "the topic " + TOPIC + " has " + partitions + " partition(s) and cleanup.policy=" + policy
                            + ", which would lose schemas; it must have 1 partition and cleanup.policy=compact");
        }
    }

    /** Creates a consumer of committed records that is assigned to the topic's partition. */
    static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> client) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                with(
                        client,
                        Map.of(
                                "isolation.level",
                                "read_committed",
                                "enable.auto.commit",
                                false,
                                "allow.auto.create.topics",
                                false,
                                "auto.offset.reset",
                                "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(PARTITION));
        return consumer;
    }

    /** Hands every record of the topic to {@code reader}. */
    static void readToEnd(KafkaConsumer<byte[], byte[]> consumer, Consumer<LogRecord> reader) {
        consumer.seekToBeginning(List.of(PARTITION));
        long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
        while (consumer.position(PARTITION) < end) {
            for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(100))) {
                read(entry, reader);
            }
        }
    }

    static void read(ConsumerRecord<byte[], byte[]> entry, Consumer<LogRecord> reader) {
        try {
            JsonNode value = entry.value() == null ? null : JSON.readTree(entry.value());
            reader.accept(new LogRecord(JSON.readTree(entry.key()), value));
        } catch (IOException | RuntimeException e) {
            throw new SchemaRegistryException(
                    "the record at offset " + entry.offset() + " of the topic " + TOPIC + " cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Reads the topic again after a write of unknown outcome. */
    @Override
    public void catchUp() {
        if (producer == null) {
            try {
                producer = takeOver(client, state);
            } catch (KafkaException e) {
                throw RegistryError.store(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Writes the records in one transaction. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws if a send failed
    public void append(List<LogRecord> records) {
        KafkaProducer<byte[], byte[]> producer = Objects.requireNonNull(this.producer, "catchUp() comes first");
        long start = System.nanoTime();
        try {
            producer.beginTransaction();
            for (LogRecord entry : records) {
                JsonNode value = entry.value();
                producer.send(new ProducerRecord<>(
                        TOPIC,
                        0,
                        JSON.writeValueAsBytes(entry.key()),
                        value == null ? null : JSON.writeValueAsBytes(value)));
            }
            producer.commitTransaction();
        } catch (IOException e) {
            throw new IllegalStateException("a record of the topic " + TOPIC + " cannot be written as JSON", e);
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            if (System.nanoTime() - start < MAX_WRITE_TIME.toNanos()) {
                throw RegistryError.store("another registry has taken over (" + e.getMessage() + ")");
            }
            throw unknown(producer, e);
        } catch (KafkaException e) {
            throw unknown(producer, e);
        }
    }

    private RegistryError unknown(KafkaProducer<byte[], byte[]> failed, KafkaException failure) {
        producer = null;
        close(failed);
        return RegistryError.store(String.valueOf(failure.getMessage()));
    }

    /** Returns the id of the Kafka cluster. */
    String clusterId() {
        return clusterId;
    }

    @Override
    public void close() {
        if (producer != null) {
            close(producer);
        }
    }

    private static void close(KafkaProducer<byte[], byte[]> producer) {
        producer.close(Duration.ofSeconds(2)); // every write is committed or failed by now
    }
}
