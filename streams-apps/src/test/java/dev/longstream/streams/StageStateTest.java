package dev.longstream.streams;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.streams.curriculum.CurriculumTopology;
import dev.longstream.streams.topology.Filling;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class StageStateTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldMissNoStateWhereOnlyTransactionsThatWereAbortedHaveBeenRead() throws Exception {
        // Given
        EventLog log = new EventLog(BROKER.address(), new Topics("aborted", 1));
        String input = "aborted.stage-by-prompt-repartition";
        StageState state = state(log, input);
        try (Admin admin = log.admin()) {
            create(admin, input, "aborted.stage-means-changelog");
            write(log, input, false);
            commit(admin, "aborted.stage", input, 2); // behind the record and the marker of its transaction
            // Then
            assertThat(state.lost()).isEmpty();
            assertThat(state.lost("means", 0)).isEmpty();
            // When
            write(log, input, true);
            commit(admin, "aborted.stage", input, 4);
            // Then
            assertThat(state.lost()).hasValueSatisfying(why -> assertThat(why)
                    .contains("partition 0 of aborted.stage-means-changelog is empty", "up to offset 4"));
        }
    }

    @Test
    void shouldMissNoStateWhereAnInputWasNotReadYet() throws Exception {
        // Given
        EventLog log = new EventLog(BROKER.address(), new Topics("unread", 1));
        String input = "unread.stage-by-prompt-repartition";
        StageState state = state(log, input);
        try (Admin admin = log.admin()) {
            create(admin, input, "unread.stage-means-changelog", "unread.trajectories");
            // When
            write(log, "unread.trajectories", true);
            commit(admin, "unread.stage", "unread.trajectories", 2);
            write(log, input, true);
            // Then
            assertThat(state.lost()).isEmpty();
        }
    }

    @Test
    void shouldMissNoStateWhereOnlyHeldOutPromptsWereRead() throws Exception {
        // Given
        EventLog log = BROKER.newRun("held", 1);
        String prompts = log.topics().prompts().name();
        StageState state = new StageState(
                new StageAdmin(log, log.topics().name("curriculum")), CurriculumTopology.filledFrom(log.topics()));
        TestBroker.send(
                log,
                log.topics().prompts(),
                "h",
                Records.prompt("h").setSplit("held-out").build());
        try (Admin admin = log.admin()) {
            commit(admin, "held.curriculum", prompts, 1);
            // Then
            assertThat(state.lost()).isEmpty();
            // When
            TestBroker.send(
                    log, log.topics().prompts(), "p", Records.prompt("p").build());
            commit(admin, "held.curriculum", prompts, 2);
            // Then
            assertThat(state.lost())
                    .hasValueSatisfying(why -> assertThat(why).contains("held.prompts-0 up to offset 2"));
        }
    }

    private static StageState state(EventLog log, String input) {
        return new StageState(new StageAdmin(log, log.topics().name("stage")), Map.of("means", Filling.byInput(input)));
    }

    private static void create(Admin admin, String... topics) throws Exception {
        for (String topic : topics) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void commit(Admin admin, String group, String topic, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private static void write(EventLog log, String topic, boolean commit) throws Exception {
        Map<String, Object> settings = log.clientSettings();
        settings.put("transactional.id", "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "key", "value")).get();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }
}
