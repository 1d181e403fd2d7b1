package dev.longstream.testing;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogAddress;
import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import dev.longstream.record.ControlCommand;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RecordsTest {
    private static List<SpecificRecord> everyKind() {
        return List.of(
                Records.document("digest", "text").build(),
                Records.prompt("p").build(),
                Records.demonstration("p").build(),
                Records.control(ControlCommand.START).build(),
                Records.assignment("p@0").build(),
                Records.trajectory("p@0", 0).build(),
                Records.judgeRequest("key").build(),
                Records.verdict("key").build(),
                Records.scored("p@0", 0).build(),
                Records.difficulty("p", 0.5).build(),
                Records.group("p@0").build(),
                Records.batch(0, List.of(Records.batchGroup("p@0").build())).build(),
                Records.step(1).build(),
                Records.weights(1).build(),
                Records.evaluation(1, 0.5).build(),
                Records.heldOutAnswer(1, "p").build(),
                Records.deadLetter("topic", 0).build());
    }

    @Test
    void shouldBuildARecordForEveryTopicWithoutASetting() {
        // When
        List<SpecificRecord> built = everyKind();
        // Then
        Set<Class<?>> ofTopics =
                new Topics("run", 1).all().stream().map(topic -> topic.value()).collect(Collectors.toSet());
        assertThat(built.stream().<Class<?>>map(Object::getClass)).containsExactlyInAnyOrderElementsOf(ofTopics);
    }

    /** A serializer leaves the first record of a topic to Confluent's, and writes the next ones itself. */
    @Test
    void shouldBeWrittenWithTheBytesOfConfluentsSerializer() throws Exception {
        // Given
        EventLog log = new EventLog(new LogAddress("127.0.0.1:1", "mock://records-test"), new Topics("run", 1));
        for (Topic<? extends SpecificRecord> topic : log.topics().all()) {
            MockSchemaRegistry.getClientForScope("records-test")
                    .register(topic.subject(), new AvroSchema(SpecificData.get().getSchema(topic.value())));
        }
        for (SpecificRecord record : everyKind()) {
            String topic = log.topics().all().stream()
                    .filter(each -> each.value() == record.getClass())
                    .findFirst()
                    .orElseThrow()
                    .name();
            try (Serializer<SpecificRecord> serializer = log.serializer()) {
                // When
                byte[] first = serializer.serialize(topic, record);
                byte[] second = serializer.serialize(topic, record);
                // Then
                assertThat(second).as(topic).isEqualTo(first);
            }
        }
    }

    @Test
    void shouldTakePromptAndOrdinalFromTheGroupsId() {
        assertThat(Records.assignment("q@12").build())
                .satisfies(assignment -> assertThat(assignment.getOrdinal()).isEqualTo(12))
                .satisfies(assignment ->
                        assertThat(assignment.getQuestion().getPromptId()).isEqualTo("q"));
        assertThat(Stream.of(Records.group("g").build()))
                .allMatch(
                        group -> group.getOrdinal() == 0 && group.getPromptId().equals("g"));
    }
}
