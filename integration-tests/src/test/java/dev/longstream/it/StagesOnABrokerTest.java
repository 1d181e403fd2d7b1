package dev.longstream.it;

import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.record.Assignment;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Control;
import dev.longstream.record.ControlCommand;
import dev.longstream.record.DeadLetter;
import dev.longstream.record.Prompt;
import dev.longstream.record.Question;
import dev.longstream.record.Trajectory;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.curriculum.CurriculumConfig;
import dev.longstream.streams.curriculum.InputLength;
import dev.longstream.streams.curriculum.Phase;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import static dev.longstream.testing.TestBroker.awaitValues;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

/** The four stages as they run, on a broker and a registry in the process; answers are made up. */
class StagesOnABrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    @Test
    void shouldCarryPromptsToBatchesAcrossARestart() throws Exception {
        EventLog log = BROKER.newRun("stages", 2);
        poison(log);
        try (MadeUpAnswers answers = new MadeUpAnswers(log)) {
            // Given
            // The capacity is (η + 1)·B = 4 groups.
            answers.send(log.topics().prompts(), "p0", prompt("p0"));
            answers.send(log.topics().prompts(), "p1", prompt("p1"));
            answers.send(log.topics().control(), "stages", start(2));

            // When
            List<Assignment> assignments;
            try (AllStages ignored = new AllStages(log, folder.resolve("streams"))) {
                assignments = awaitValues(log, log.topics().assignments(), 4);
                answers.differ(assignments.get(1));
                answers.differ(assignments.get(3));
                awaitValues(log, log.topics().groups(), 2);
            }
            try (AllStages ignored = new AllStages(log, folder.resolve("streams"))) {
                answers.differ(assignments.get(2));
                answers.differ(assignments.get(0));

                // Then
                List<Batch> batches = awaitValues(log, log.topics().batches(), 2);
                assertThat(batches)
                        .extracting(batch -> batch.getGroups().stream()
                                .map(BatchGroup::getOrdinal)
                                .toList())
                        .containsExactly(List.of(0L, 1L), List.of(2L, 3L));
            }
            assertThat(values(log, log.topics().assignments())).hasSize(4);
            assertThat(values(log, log.topics().scored())).hasSize(8);
            assertThat(values(log, log.topics().deadLetters()))
                    .extracting(DeadLetter::getStage)
                    .containsExactly("scoring");
        }
    }

    @Test
    void shouldSayWhyItFailed() throws Exception {
        EventLog log = BROKER.newRun("failing", 1);
        Prompt tooLong = prompt("p0");
        tooLong.getQuestion().setInputTokens(101);
        try (MadeUpAnswers answers = new MadeUpAnswers(log)) {
            answers.send(log.topics().prompts(), "p0", tooLong);
            answers.send(log.topics().control(), "failing", start(1));
        }
        try (Role curriculum = AllStages.curriculum(log, folder.resolve("streams"))) {
            curriculum.start();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (curriculum.failure().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(50);
            }
            assertThat(curriculum.failure()).hasValueSatisfying(failure -> assertThat(failure)
                    .hasMessageContainingAll("Phase all", "101 to 101 tokens"));
        }
    }

    /** A broker forgets the offsets of a stage that rests for a week. */
    @Test
    void shouldObeyACommandOnceWhenTheOffsetsOfTheStageAreGone() throws Exception {
        // Given
        EventLog log = BROKER.newRun("rested", 1);
        CurriculumConfig threePhases = new CurriculumConfig(
                List.of(phase("one"), phase("two"), phase("three")), 2, 2, 1, InputLength.TEMPLATED, "held-out", 1);
        StreamsRuntime runtime = new StreamsRuntime(folder.resolve("streams"));
        try (MadeUpAnswers answers = new MadeUpAnswers(log)) {
            answers.send(log.topics().prompts(), "p0", prompt("p0"));
            answers.send(log.topics().control(), "rested", start(1));
            answers.send(
                    log.topics().control(),
                    "rested",
                    Records.control(ControlCommand.ADVANCE).build());
            answers.send(log.topics().steps(), "1", Records.step(1).build());
            try (Role curriculum = Stages.curriculum(log, threePhases, "digest", runtime)) {
                curriculum.start();
                assertThat(awaitValues(log, log.topics().assignments(), 6))
                        .extracting(Assignment::getPhaseIndex)
                        .containsExactly(0, 0, 0, 0, 1, 1);
            }
            forgetOffsets(log, "rested.curriculum");
            // When
            try (Role curriculum = Stages.curriculum(log, threePhases, "digest", runtime)) {
                curriculum.start();
                answers.send(log.topics().steps(), "2", Records.step(2).build());
                // Then
                assertThat(awaitValues(log, log.topics().assignments(), 8))
                        .extracting(Assignment::getPhaseIndex)
                        .containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
            }
        }
    }

    /** Brokers check compressed batches, and internal topics are made by Kafka Streams. */
    @Test
    void shouldCarryTextsThatAreLargerThanKafkasDefaultRecords() throws Exception {
        // Given
        String dashes = "-".repeat(3_000_000);
        EventLog log = BROKER.newRun("large", 1);
        try (MadeUpAnswers answers = new MadeUpAnswers(log);
                AllStages ignored = new AllStages(log, folder.resolve("streams"))) {
            Question question =
                    Records.question("p0").setQuestion("Which town? " + dashes).build();
            answers.send(
                    log.topics().prompts(),
                    "p0",
                    Records.prompt("p0").setQuestion(question).build());
            answers.send(log.topics().control(), "large", start(1));
            // When
            List<Assignment> assignments = awaitValues(log, log.topics().assignments(), 4);
            for (int sample = 0; sample < 2; sample++) {
                String town = sample == 0 ? "Ghent" : "Bruges" + dashes;
                answers.send(
                        log.topics().trajectories(),
                        assignments.get(0).getGroupId(),
                        trajectory(assignments.get(0), sample, "The answer is " + town + "."));
            }
            // Then
            awaitValues(log, log.topics().groups(), 1);
            assertThat(values(log, log.topics().deadLetters())).isEmpty();
        }
    }

    private static Phase phase(String name) {
        return new Phase(name, 0, 100, 4, 1, 1, 0, 8);
    }

    private static void forgetOffsets(EventLog log, String group) throws Exception {
        try (Admin admin = log.admin()) {
            Set<TopicPartition> partitions = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet();
            admin.deleteConsumerGroupOffsets(group, partitions).all().get();
        }
    }

    private static void poison(EventLog log) {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(log.topics().trajectories().name(), "p0@0", new byte[] {1, 2}));
        }
    }

    private static Prompt prompt(String id) {
        return Records.prompt(id).build();
    }

    private static Control start(long prompts) {
        return Records.control(ControlCommand.START).setPrompts(prompts).build();
    }

    private static Trajectory trajectory(Assignment assignment, int sample, String text) {
        return Records.trajectory(assignment.getGroupId(), sample)
                .setPhase(assignment.getPhase())
                .setGroupSize(assignment.getSamples())
                .setQuestion(assignment.getQuestion())
                .setText(text)
                .build();
    }
}
