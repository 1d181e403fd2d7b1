package dev.longstream.registry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Reads the topic {@code _schemas} and follows it, but never writes. It leaves the registry that does write alone; any number may
 * follow beside it.
 */
final class SchemaFollower implements SchemaStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaFollower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 30_000;

    private final SharedState state;
    private final String clusterId;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean closed;

    private SchemaFollower(SharedState state, String clusterId, KafkaConsumer<byte[], byte[]> consumer) {
        this.state = state;
        this.clusterId = clusterId;
        this.consumer = consumer;
        this.thread = new Thread(this::follow, "schema-registry-follower");
        this.thread.setDaemon(true);
    }

    /**
     * Reads the topic to its end, then follows it on a thread of its own.
     *
     * @param client settings of the Kafka clients, bootstrap.servers included
     * @throws SchemaRegistryException if no broker answers, the topic is missing, or a record cannot be read
     */
    static SchemaFollower open(Map<String, Object> client, SharedState state) {
        Map<String, Object> patient = SchemaLog.with(client, Map.of("default.api.timeout.ms", PATIENCE_MILLIS));
        KafkaConsumer<byte[], byte[]> consumer = SchemaLog.consumer(patient);
        try (Admin admin = Admin.create(patient)) {
            String clusterId = admin.describeCluster().clusterId().get();
            admin.describeTopics(List.of(SchemaLog.TOPIC)).allTopicNames().get();
            RegistryState read = new RegistryState();
            SchemaLog.readToEnd(consumer, read::apply);
            state.replace(read);
            SchemaFollower follower = new SchemaFollower(state, clusterId, consumer);
            follower.thread.start();
            return follower;
        } catch (ExecutionException | KafkaException e) {
            consumer.close();
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new SchemaRegistryException(
                    "the schema registry cannot read the topic " + SchemaLog.TOPIC + " of the broker at "
                            + client.get("bootstrap.servers") + ": " + cause.getMessage()
                            + "; a read-only registry does not create it",
                    cause);
        } catch (InterruptedException e) {
            consumer.close();
            Thread.currentThread().interrupt();
            throw new SchemaRegistryException("interrupted while the schema registry was starting", e);
        }
    }

    private void follow() {
        while (!closed) {
            try {
                ConsumerRecords<byte[], byte[]> arrived = consumer.poll(POLL);
                if (!arrived.isEmpty()) {
                    RegistryState next = state.now().copy();
                    arrived.forEach(entry -> take(entry, next));
                    state.replace(next);
                }
            } catch (WakeupException e) {
                return; // closed
            } catch (KafkaException e) {
                LOG.warn("The topic {} cannot be read for now: {}", SchemaLog.TOPIC, e.getMessage());
            }
        }
    }

    /** Applies a record, or goes on without it if this registry does not support it. */
    private static void take(ConsumerRecord<byte[], byte[]> entry, RegistryState next) {
        try {
            SchemaLog.read(entry, next::apply);
        } catch (SchemaRegistryException e) {
            LOG.error("Skipped: {}", e.getMessage());
        }
    }

    /** Refuses every write. */
    @Override
    public void catchUp() {
        throw RegistryError.readOnly();
    }

    @Override
    public void append(List<LogRecord> records) {
        throw RegistryError.readOnly();
    }

    /** Returns the id of the Kafka cluster. */
    String clusterId() {
        return clusterId;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join();
            consumer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
