package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.Group;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static dev.longstream.testing.TestBroker.awaitValues;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A broker's disk and the disks of all stages are lost at once, without replicas: changelogs and state stores are gone. */
class LostStateTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "everything,.*",
        "some,.*(progress|seen-samples|open-groups|next-batch).*",
        "other,.*(prompts|waiting).*"
    })
    void shouldGoOnWhereChangelogsAndLocalStoresAreGone(String what, String lostTopics) throws Exception {
        // Given
        EventLog log = BROKER.newRun("lost-" + what, 2);
        try (MadeUpAnswers answers = new MadeUpAnswers(log)) {
            List<Assignment> assignments;
            try (AllStages ignored = new AllStages(log, folder)) {
                answers.send(log.topics().prompts(), "p0", Records.prompt("p0").build());
                answers.send(log.topics().prompts(), "p1", Records.prompt("p1").build());
                answers.send(
                        log.topics().control(),
                        "lost",
                        Records.control(ControlCommand.START).setPrompts(2L).build());
                assignments = awaitValues(log, log.topics().assignments(), 4);
                answers.differ(assignments.get(0));
                answers.agree(assignments.get(1));
                answers.differ(assignments.get(2));
                awaitValues(log, log.topics().batches(), 1);
                answers.send(log.topics().steps(), "1", Records.step(1).build());
                assignments = awaitValues(log, log.topics().assignments(), 7);
                answers.first(assignments.get(3)); // a group that is half answered
                awaitValues(log, log.topics().scored(), 7);
            }
            // When
            lose(log, Pattern.compile(lostTopics));
            try (AllStages ignored = new AllStages(log, folder)) {
                answers.second(assignments.get(3));
                assignments.subList(4, 7).forEach(answers::differ);
                answers.send(log.topics().steps(), "2", Records.step(2).build());
                assignments = awaitValues(log, log.topics().assignments(), 9);
                assignments.subList(7, 9).forEach(answers::differ);
                // Then
                assertThat(awaitValues(log, log.topics().batches(), 4))
                        .extracting(Batch::getBatch)
                        .containsExactly(0L, 1L, 2L, 3L);
            }
        }
        assertThat(values(log, log.topics().batches()))
                .extracting(batch ->
                        batch.getGroups().stream().map(BatchGroup::getOrdinal).toList())
                .containsExactly(List.of(0L, 2L), List.of(3L, 4L), List.of(5L, 6L), List.of(7L, 8L));
        assertThat(values(log, log.topics().assignments()))
                .extracting(Assignment::getOrdinal)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        List<Group> groups = new ArrayList<>(values(log, log.topics().groups()));
        groups.addAll(values(log, log.topics().rejectedGroups()));
        assertThat(groups).extracting(Group::getGroupId).hasSize(9).doesNotHaveDuplicates();
        assertThat(values(log, log.topics().deadLetters())).isEmpty();
    }

    @Test
    void shouldRefuseToStartAndSayWhyWhereTheLogNoLongerHasWhatTheStateFollowsFrom() throws Exception {
        // Given
        EventLog log = BROKER.newRun("pruned", 1);
        try (MadeUpAnswers answers = new MadeUpAnswers(log);
                Role curriculum = AllStages.curriculum(log, folder)) {
            curriculum.start();
            answers.send(log.topics().prompts(), "p0", Records.prompt("p0").build());
            answers.send(
                    log.topics().control(),
                    "pruned",
                    Records.control(ControlCommand.START).setPrompts(1L).build());
            awaitValues(log, log.topics().assignments(), 4);
        }
        // When
        lose(log, Pattern.compile(".*"));
        try (Admin admin = log.admin()) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(log.topics().assignments().name(), 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }
        // Then
        try (Role curriculum = AllStages.curriculum(log, folder)) {
            assertThatThrownBy(curriculum::start)
                    .hasMessageContainingAll(
                            "The state of pruned.curriculum is lost", "pruned.assignments begins at offset 2");
        }
    }

    @Test
    void shouldShareAFolderAndTheWorkAmongInstancesOfAStage() throws Exception {
        // Given
        EventLog log = BROKER.newRun("instances", 2);
        try (MadeUpAnswers answers = new MadeUpAnswers(log);
                Role first = AllStages.scoring(log, folder);
                Role second = AllStages.scoring(log, folder)) {
            // When
            first.start();
            second.start();
            AllStages.awaitMembers(log, "instances.scoring", 2);
            // Then
            answers.differ(assignment("p0", 0));
            answers.differ(assignment("p1", 1));
            answers.differ(assignment("p2", 2));
            awaitValues(log, log.topics().scored(), 6);
            first.close();
            answers.differ(assignment("p3", 3));
            answers.differ(assignment("p4", 4));
            assertThat(awaitValues(log, log.topics().scored(), 10))
                    .extracting(score -> score.getGroupId() + "#" + score.getSampleIndex())
                    .doesNotHaveDuplicates();
            assertThat(first.failure()).isEmpty();
            assertThat(second.failure()).isEmpty();
        }
    }

    private static Assignment assignment(String prompt, long ordinal) {
        return Records.assignment(prompt + "@" + ordinal).build();
    }

    private void lose(EventLog log, Pattern topics) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
        Set<String> lost = new TreeSet<>();
        try (Admin admin = log.admin()) {
            for (String topic : admin.listTopics().names().get()) {
                if (topic.endsWith("-changelog")
                        && topic.startsWith(log.topics().name(""))
                        && topics.matcher(topic).matches()) {
                    lost.add(topic);
                }
            }
            admin.deleteTopics(lost).all().get();
        }
        assertThat(lost).isNotEmpty();
    }
}
