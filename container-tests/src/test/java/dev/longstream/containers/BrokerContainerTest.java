package dev.longstream.containers;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Replication;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.Topics;
import dev.longstream.record.Document;
import dev.longstream.registry.SchemaRegistry;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class BrokerContainerTest {
    private static final KafkaContainer BROKER = new KafkaContainer(DockerImageName.parse("apache/kafka:4.3.1"))
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
    private static SchemaRegistry registry;
    private static EventLog log;

    @BeforeAll
    static void start() {
        BROKER.start();
        registry = SchemaRegistry.start(BROKER.getBootstrapServers(), "127.0.0.1", 0, (short) 1);
        log = new EventLog(new LogAddress(BROKER.getBootstrapServers(), registry.url()), new Topics("contained", 3));
        new TopicAdmin(log, Replication.SINGLE).createAll();
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
        BROKER.stop();
    }

    @Test
    void shouldCreateEveryTopicAsTheCatalogueDeclaresIt() throws Exception {
        try (Admin admin = log.admin()) {
            for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
                // When
                var description = admin.describeTopics(List.of(topic.name()))
                        .allTopicNames()
                        .get()
                        .get(topic.name());
                Config config = config(admin, topic.name());

                // Then
                assertThat(description.partitions()).as(topic.name()).hasSize(topic.partitions());
                assertThat(config.get("cleanup.policy").value())
                        .as(topic.name())
                        .isEqualTo(topic.cleanup() == Topic.Cleanup.COMPACT ? "compact" : "delete");
                assertThat(config.get("max.message.bytes").value())
                        .as(topic.name())
                        .isEqualTo(String.valueOf(topic.maxRecordBytes()));
                assertThat(config.get("retention.ms").value()).as(topic.name()).isEqualTo("-1");
            }
        }
    }

    @Test
    void shouldChangeNothingWhenTopicsAreCreatedAgain() {
        new TopicAdmin(log, Replication.SINGLE).createAll();
    }

    @Test
    void shouldKeepTheSchemasAndWriteNoMoreWhenAnotherRegistryTakesOver() throws Exception {
        // Given
        Document document =
                Document.newBuilder().setDigest("d").setText("text").setBytes(4).build();
        byte[] written;
        try (var serializer = log.<Document>serializer()) {
            written = serializer.serialize(log.topics().documents().name(), document);
        }

        // When
        SchemaRegistry former = registry;
        registry = SchemaRegistry.start(BROKER.getBootstrapServers(), "127.0.0.1", 0, (short) 1);
        log = new EventLog(new LogAddress(BROKER.getBootstrapServers(), registry.url()), log.topics());

        // Then
        try (var deserializer = log.<Document>deserializer()) {
            assertThat(deserializer.deserialize(log.topics().documents().name(), written))
                    .isEqualTo(document);
        }
        try (var client = new CachedSchemaRegistryClient(former.url(), 10)) {
            assertThatThrownBy(() -> client.updateCompatibility("anything", "NONE"))
                    .hasMessageContaining("another registry has taken over");
        }
        former.close();
    }

    @Test
    void shouldHandReleasedWorkToTheNextWorkerOfTheGroup() throws Exception {
        // Given
        String topic = log.topics().assignments().name();
        String group = log.topics().name("rollouts");
        try (Admin admin = log.admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        try (var producer =
                new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, "g1", new byte[] {1})).get();
        }

        // When
        short firstDelivery;
        try (ShareConsumer<String, byte[]> worker = log.shareConsumer(group, Map.of())) {
            worker.subscribe(List.of(topic));
            ConsumerRecord<String, byte[]> work = next(worker);
            firstDelivery = work.deliveryCount().orElseThrow();
            worker.acknowledge(work, AcknowledgeType.RELEASE);
            worker.commitSync();
        }

        // Then
        try (ShareConsumer<String, byte[]> another = log.shareConsumer(group, Map.of())) {
            another.subscribe(List.of(topic));
            ConsumerRecord<String, byte[]> work = next(another);
            assertThat(firstDelivery).isEqualTo((short) 1);
            assertThat(work.key()).isEqualTo("g1");
            assertThat(work.deliveryCount()).contains((short) 2);
            another.acknowledge(work, AcknowledgeType.ACCEPT);
            another.commitSync();
        }
    }

    private static ConsumerRecord<String, byte[]> next(ShareConsumer<String, byte[]> worker) {
        while (true) {
            for (ConsumerRecord<String, byte[]> work : worker.poll(Duration.ofMillis(200))) {
                return work;
            }
        }
    }

    private static Config config(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource)).all().get().get(resource);
    }
}
