package dev.longstream.log;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/**
 * Creates the catalogue's topics on the broker, configures the groups of its work queues and registers its schemas. Running it
 * again changes nothing.
 */
public final class TopicAdmin {
    /** The registry's compatibility level: all versions of a schema can read each other's records. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private static final int SEGMENT_BYTES = 128 << 20;

    private final EventLog log;
    private final Replication replication;

    /**
     * Creates an admin for a run's log.
     *
     * @param replication number of copies of each topic's records
     */
    public TopicAdmin(EventLog log, Replication replication) {
        this.log = log;
        this.replication = replication;
    }

    /**
     * Configures the groups of the work queues, creates all missing topics and registers all schemas.
     *
     * @throws LogException if the broker or the registry cannot be reached, a topic exists with other settings, or a schema is
     *     incompatible with a registered one
     */
    public void createAll() {
        configureQueues(); // before there are topics, for which workers wait
        createTopics();
        registerSchemas();
    }

    /**
     * Configures the groups of the work queues.
     *
     * @throws LogException if the broker cannot be reached or refuses
     */
    public void configureQueues() {
        try (Admin admin = log.admin()) {
            for (WorkQueue queue : log.topics().queues()) {
                queue.configure(admin);
            }
        } catch (ExecutionException e) {
            throw new LogException(
                    "The share groups of the workers cannot be configured on "
                            + log.address().bootstrapServers() + ": " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while configuring share groups", e);
        }
    }

    /**
     * Refuses topics whose number of partitions is not the configured one.
     *
     * @param names topics of the catalogue to check; one that does not exist is passed over
     * @throws LogException for the first such topic; names both numbers
     */
    public void requirePartitions(Collection<String> names) {
        Map<String, Topic<? extends SpecificRecord>> declared = new HashMap<>();
        names.forEach(name -> log.topics().named(name).ifPresent(topic -> declared.put(name, topic)));
        try (Admin admin = log.admin()) {
            admin.describeTopics(declared.keySet()).topicNameValues().forEach((name, description) -> {
                int found = partitions(description);
                Topic<?> topic = Objects.requireNonNull(declared.get(name));
                if (found != 0 && found != topic.partitions()) {
                    throw new LogException(ExistingTopics.partitions(topic, found));
                }
            });
        }
    }

    /** Returns the number of partitions; 0 if the topic is not there. */
    private static int partitions(KafkaFuture<TopicDescription> description) {
        try {
            return description.get().partitions().size();
        } catch (ExecutionException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while describing topics", e);
        }
    }

    private void createTopics() {
        try (Admin admin = log.admin()) {
            Replication resolved =
                    replication.on(admin.describeCluster().nodes().get().size());
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            List<Topic<? extends SpecificRecord>> present = new ArrayList<>();
            Map<String, Map<String, String>> expected = new HashMap<>();
            for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
                Map<String, String> settings = settings(topic, resolved);
                if (existing.contains(topic.name())) {
                    present.add(topic);
                    expected.put(topic.name(), settings);
                } else {
                    missing.add(new NewTopic(topic.name(), topic.partitions(), replicas(resolved)).configs(settings));
                }
            }
            new ExistingTopics(admin, log.address().bootstrapServers(), replication, resolved).check(present, expected);
            await(admin.createTopics(missing).values());
        } catch (ExecutionException e) {
            throw new LogException(
                    "Topics could not be created on " + log.address().bootstrapServers() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while creating topics", e);
        }
    }

    /** Waits for topics; a denial names those that it is about, which Kafka's exception does not. */
    private static void await(Map<String, KafkaFuture<Void>> created) throws ExecutionException, InterruptedException {
        Set<String> denied = new TreeSet<>();
        for (Map.Entry<String, KafkaFuture<Void>> topic : created.entrySet()) {
            try {
                topic.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicAuthorizationException)) {
                    throw e;
                }
                denied.add(topic.getKey());
            }
        }
        if (!denied.isEmpty()) {
            throw new TopicAuthorizationException(denied);
        }
    }

    private static short replicas(Replication resolved) {
        return Objects.requireNonNull(resolved.replicas()).shortValue();
    }

    private static Map<String, String> settings(Topic<?> topic, Replication resolved) {
        return Map.of(
                "segment.bytes", // records are removed from the start by whole segments
                Integer.toString(SEGMENT_BYTES),
                "max.message.bytes",
                Integer.toString(topic.maxRecordBytes()),
                "retention.ms",
                "-1",
                "retention.bytes",
                "-1",
                "cleanup.policy",
                topic.cleanup() == Topic.Cleanup.COMPACT ? "compact" : "delete",
                "min.insync.replicas",
                String.valueOf(resolved.minInSync()));
    }

    private void registerSchemas() {
        Map<String, Object> settings = log.address().registrySettings();
        try (SchemaRegistryClient registry =
                new CachedSchemaRegistryClient(log.address().registryUrl(), 100, settings)) {
            for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
                registry.updateCompatibility(topic.subject(), COMPATIBILITY);
                register(registry, topic);
            }
        } catch (IOException | RestClientException e) {
            throw new LogException(
                    "Schema registry " + log.address().registryUrl() + " cannot be used: " + e.getMessage()
                            + "; is it running, and is the address right?",
                    e);
        }
    }

    private static void register(SchemaRegistryClient registry, Topic<?> topic) throws IOException {
        Schema schema = SpecificData.get().getSchema(topic.value());
        try {
            registry.register(topic.subject(), new AvroSchema(schema));
        } catch (RestClientException e) {
            throw new LogException(
                    "Schema " + schema.getFullName() + " was refused for subject " + topic.subject() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
