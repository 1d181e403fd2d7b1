package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Replication;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.Topics;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Topics that exist before the run is published. */
class ExistingTopicsTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldRefuseATopicThatContradictsTheCatalogueAndSayHowToMendIt() throws Exception {
        // Given
        EventLog log = new EventLog(BROKER.address(), new Topics("by-hand", 2));
        create(log, "by-hand.trajectories", 3, Map.of("retention.ms", "60000", "max.message.bytes", "2000"));
        // Then
        assertThatThrownBy(() -> new TopicAdmin(log, Replication.BY_BROKERS).createAll())
                .isInstanceOf(LogException.class)
                .hasMessageContainingAll(
                        "Topic by-hand.trajectories has 3 partitions, expected 2",
                        "Topic by-hand.trajectories has retention.ms=60000, expected -1: kafka-configs.sh",
                        "--entity-name by-hand.trajectories --add-config retention.ms=-1",
                        "max.message.bytes=2000, expected 16777216");
    }

    @Test
    void shouldGoOnWithTopicsOfAnEarlierReleaseAndGiveThemTheSettingsOfThisOne() throws Exception {
        // Given
        EventLog log = new EventLog(BROKER.address(), new Topics("earlier", 2));
        Map<String, String> earlier = Map.of(
                "retention.ms",
                "-1",
                "retention.bytes",
                "-1",
                "cleanup.policy",
                "compact",
                "max.message.bytes",
                "1048576");
        create(log, "earlier.prompts", 1, earlier);
        create(log, "earlier.verdicts", 2, earlier);
        // When
        new TopicAdmin(log, Replication.BY_BROKERS).createAll();
        // Then
        for (String topic : List.of("earlier.prompts", "earlier.verdicts")) {
            assertThat(setting(log, topic, "cleanup.policy")).isEqualTo("delete");
            assertThat(setting(log, topic, "max.message.bytes")).isEqualTo("16777216");
            assertThat(setting(log, topic, "segment.bytes")).isEqualTo("134217728");
        }
    }

    @Test
    void shouldRefuseFewerCopiesThanWereAskedFor() throws Exception {
        // Given
        EventLog log = BROKER.newRun("few", 1);
        // Then
        assertThatThrownBy(() -> new TopicAdmin(log, new Replication(3, 2)).createAll())
                .hasMessageContaining("Topic few.batches has 1 replicas, expected 3");
        assertThat(setting(log, "few.batches", "min.insync.replicas")).isEqualTo("1");
    }

    private static void create(EventLog log, String topic, int partitions, Map<String, String> settings)
            throws Exception {
        try (Admin admin = log.admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    private static String setting(EventLog log, String topic, String key) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = log.admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(key)
                    .value();
        }
    }
}
