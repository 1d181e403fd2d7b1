package dev.longstream.testing;

import dev.longstream.log.Topics;
import dev.longstream.record.ControlCommand;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class RecordsTest {
    @Test
    void shouldBuildARecordForEveryTopicWithoutASetting() {
        // When
        List<SpecificRecord> built = List.of(
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
        // Then
        Set<Class<?>> ofTopics =
                new Topics("run", 1).all().stream().map(topic -> topic.value()).collect(Collectors.toSet());
        assertThat(built.stream().<Class<?>>map(Object::getClass)).containsExactlyInAnyOrderElementsOf(ofTopics);
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
