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
    private final short replicas;

    /**
     * Creates an admin for a run's log.
     *
     * @param replicas number of replicas of each topic; 1 on a single broker
     */
    public TopicAdmin(EventLog log, int replicas) {
        this.log = log;
        this.replicas = (short) replicas;
    }

    /**
     * Configures the groups of the work queues, creates all missing topics and registers all schemas.
     *
     * @throws LogException if the broker or the registry cannot be reached, a topic exists with another number of
     *     partitions, or a schema is incompatible with a registered one
     */
    public void createAll() {
        configureQueues(); // before there are topics, for which workers wait
        createTopics();
        registerSchemas();
    }

    private void configureQueues() {
        try (Admin admin = log.admin()) {
            log.topics().assignmentQueue().configure(admin);
            log.topics().judgeQueue().configure(admin);
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

    private void createTopics() {
        try (Admin admin = log.admin()) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            List<Topic<? extends SpecificRecord>> present = new ArrayList<>();
            for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
                if (existing.contains(topic.name())) {
                    present.add(topic);
                } else {
                    missing.add(new NewTopic(topic.name(), topic.partitions(), replicas).configs(settings(topic)));
                }
            }
            refuseOtherPartitions(admin, present);
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

    private static void refuseOtherPartitions(Admin admin, List<Topic<? extends SpecificRecord>> present)
            throws ExecutionException, InterruptedException {
        Map<String, Topic<? extends SpecificRecord>> declared = new HashMap<>();
        present.forEach(topic -> declared.put(topic.name(), topic));
        for (TopicDescription found :
                admin.describeTopics(declared.keySet()).allTopicNames().get().values()) {
            Topic<?> topic = Objects.requireNonNull(declared.get(found.name()));
            if (found.partitions().size() != topic.partitions()) {
                throw new LogException("Topic " + topic.name() + " has "
                        + found.partitions().size() + " partitions, expected " + topic.partitions()
                        + ": set the run's number of partitions back, or start a new run");
            }
        }
    }

    private static Map<String, String> settings(Topic<?> topic) {
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
                topic.cleanup() == Topic.Cleanup.COMPACT ? "compact" : "delete");
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
