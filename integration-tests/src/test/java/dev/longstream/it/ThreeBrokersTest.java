package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Replication;
import dev.longstream.log.TopicAdmin;
import dev.longstream.log.Topics;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.ControlCommand;
import dev.longstream.testing.Records;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static dev.longstream.testing.TestBroker.awaitValues;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

class ThreeBrokersTest {
    @TempDir
    Path folder;

    @Test
    void shouldCopyEveryTopicAndGoOnWithoutABrokerItsDiskAndTheStateOfAllStages() throws Exception {
        try (ThreeBrokers brokers = new ThreeBrokers(folder)) {
            // Given
            EventLog log = new EventLog(brokers.address(), new Topics("copied", 2));
            new TopicAdmin(log, Replication.BY_BROKERS).createAll();
            try (MadeUpAnswers answers = new MadeUpAnswers(log)) {
                try (AllStages ignored = new AllStages(log, folder.resolve("state"))) {
                    answers.send(
                            log.topics().prompts(), "p0", Records.prompt("p0").build());
                    answers.send(
                            log.topics().control(),
                            "copied",
                            Records.control(ControlCommand.START).setPrompts(1L).build());
                    awaitValues(log, log.topics().assignments(), 4).forEach(answers::differ);
                    awaitValues(log, log.topics().batches(), 2);
                    assertThat(copies(log)).isNotEmpty().allSatisfy((topic, copies) -> assertThat(copies)
                            .as(topic)
                            .isEqualTo("3 replicas, 2 in sync"));
                }
                // When
                brokers.lose(2);
                try (AllStages ignored = new AllStages(log, folder.resolve("another-disk"))) {
                    answers.send(log.topics().steps(), "1", Records.step(1).build());
                    List<Assignment> assignments = awaitValues(log, log.topics().assignments(), 6);
                    assignments.subList(4, 6).forEach(answers::differ);
                    // Then
                    awaitValues(log, log.topics().batches(), 3);
                }
            }
            assertThat(values(log, log.topics().batches()))
                    .extracting(Batch::getBatch)
                    .containsExactly(0L, 1L, 2L);
            assertThat(values(log, log.topics().assignments())).hasSize(6);
        }
    }

    /** Returns replicas and {@code min.insync.replicas} of the run's topics, those of Kafka Streams, and the registry's. */
    private static Map<String, String> copies(EventLog log) throws Exception {
        Map<String, String> copies = new TreeMap<>();
        try (Admin admin = log.admin()) {
            List<String> names = admin.listTopics().names().get().stream().toList();
            for (TopicDescription topic :
                    admin.describeTopics(names).allTopicNames().get().values()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                String inSync = admin.describeConfigs(List.of(resource))
                        .all()
                        .get()
                        .get(resource)
                        .get("min.insync.replicas")
                        .value();
                copies.put(
                        topic.name(),
                        topic.partitions().get(0).replicas().size() + " replicas, " + inSync + " in sync");
            }
        }
        assertThat(copies).containsKeys("_schemas", "copied.batches", "copied.batching-waiting-groups-changelog");
        return copies;
    }
}
