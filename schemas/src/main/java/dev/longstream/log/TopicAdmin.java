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

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Creates the catalogue's topics on the broker and registers their schemas. Running it again changes nothing. */
public final class TopicAdmin {
    /** The registry's compatibility level: all versions of a schema can read each other's records. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

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
     * Creates all missing topics and registers all schemas.
     *
     * @throws LogException if the broker or the registry cannot be reached, a topic exists with other settings, or a schema is
     *     incompatible with a registered one
     */
    public void createAll() {
        createTopics();
        registerSchemas();
    }

    /**
     * Returns the names of the run's topics that do not exist, in the order of the catalogue.
     *
     * @throws LogException if the broker does not answer
     */
    public List<String> missing() {
        try (Admin admin = log.admin()) {
            Set<String> existing = admin.listTopics().names().get();
            return log.topics().all().stream()
                    .map(Topic::name)
                    .filter(name -> !existing.contains(name))
                    .toList();
        } catch (ExecutionException e) {
            throw new LogException(
                    "The topics on " + log.address().bootstrapServers() + " cannot be listed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while listing topics", e);
        }
    }

    /**
     * Refuses topics that have another number of partitions than the configuration says; topics that this process may not
     * describe are not checked.
     *
     * @throws LogException if so
     */
    public void requirePartitions() {
        Map<String, Topic<? extends SpecificRecord>> declared = new HashMap<>();
        log.topics().all().forEach(topic -> declared.put(topic.name(), topic));
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

    /** Returns the number of partitions; 0 if the topic is not there or this process may not describe it. */
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
                    missing.add(
                            new NewTopic(topic.name(), topic.partitions(), replicas(resolved)).configs(settings));
                }
            }
            new ExistingTopics(admin, log.address().bootstrapServers(), replication, resolved).check(present, expected);
            admin.createTopics(missing).all().get();
        } catch (ExecutionException e) {
            throw new LogException(
                    "Topics could not be created on " + log.address().bootstrapServers() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("Interrupted while creating topics", e);
        }
    }

    private static short replicas(Replication resolved) {
        return Objects.requireNonNull(resolved.replicas()).shortValue();
    }

    private static Map<String, String> settings(Topic<?> topic, Replication resolved) {
        return Map.of(
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
        Map<String, Object> settings = new HashMap<>(log.address().clientProperties());
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
