package dev.longstream.producers.rollouts;

import dev.longstream.log.EventLog;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.sampling.OnNewWeights;
import dev.longstream.producers.WordPolicy;
import dev.longstream.record.Assignment;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static dev.longstream.producers.WordPolicy.POSITIONS;
import static dev.longstream.producers.rollouts.WorkerRecords.await;
import static dev.longstream.producers.rollouts.WorkerRecords.versionsOf;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

/** Workers with a real policy on a real broker. */
@Timeout(120)
class RolloutWorkerTest {
    private static final int SAMPLES = 2;
    private static final int ROWS = 16;
    private static final Duration SHORT_LOCK = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private static Path folder;

    private static Path model;
    private static String digest;

    @BeforeAll
    static void writePolicy() {
        model = folder.resolve("model");
        WordPolicy.write(model);
        digest = SafeTensors.sha256(model.resolve("model.safetensors"));
    }

    @Test
    void shouldLoseNoAssignmentWhenAWorkerStopsMidAnswer() throws Exception {
        // Given
        // Two workers decode long answers.
        EventLog log = BROKER.newRun("stopped", 1);
        announce(log, 0);
        List<String> groups = IntStream.range(0, 10).mapToObj(i -> "q@" + i).toList();
        assign(log, groups, 0, 300);
        try (RolloutWorker stays = worker(log, "stays", Duration.ofSeconds(30))) {
            try (RolloutWorker leaves = worker(log, "leaves", Duration.ofSeconds(30))) {
                leaves.start();
                await(log, 1);
                stays.start();
            }
            // When
            // One worker has left, and the other takes the assignments that it gave back.
            List<Trajectory> all = await(log, groups.size() * SAMPLES);

            // Then
            assertThat(stays.failure()).isEmpty();
            assertThat(all).extracting(Trajectory::getWorker).contains("leaves", "stays");
            assertThat(all).extracting(Trajectory::getOutcome).containsOnly(Outcome.COMPLETED, Outcome.TRUNCATED);
            assertThat(all)
                    .as("what was under way in the worker that left was given back")
                    .anyMatch(trajectory -> trajectory.getAttempt() > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, POSITIONS}) // looks at the queue after every token, and not before all are there
    void shouldKeepAnAssignmentWhileItsAnswerTakesLongerThanTheLock(int chunkTokens) throws Exception {
        // Given
        // Answers take several times as long as the lock lasts.
        EventLog log = BROKER.newRun("long-" + chunkTokens, 1);
        announce(log, 0);
        assign(log, List.of("q@0", "q@1"), 0, POSITIONS - 100);
        try (RolloutWorker one = worker(log, "one", chunkTokens, SHORT_LOCK);
                RolloutWorker other = worker(log, "other", chunkTokens, SHORT_LOCK)) {
            // When
            one.start();
            other.start();
            await(log, 2 * SAMPLES);

            // Then
            assertThat(one.failure()).isEmpty();
            assertThat(other.failure()).isEmpty();
        }
        // Nor does a worker that was closed have a second answer to what the other has answered.
        assertThat(values(log, log.topics().trajectories()))
                .hasSize(2 * SAMPLES)
                .extracting(Trajectory::getAttempt)
                .containsOnly(0);
    }

    @Test
    void shouldPutAnAssignmentThatCannotBeReadAmongTheDeadLettersAndGoOn() throws Exception {
        EventLog log = BROKER.newRun("poisoned", 1);
        announce(log, 0);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(log.topics().assignments().name(), "q@0", new byte[] {9, 9}))
                    .get();
        }
        assign(log, List.of("q@1"), 0, 4);
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            worker.start();
            assertThat(await(log, SAMPLES)).extracting(Trajectory::getGroupId).containsOnly("q@1");
        }
        assertThat(values(log, log.topics().deadLetters())).singleElement().satisfies(letter -> {
            assertThat(letter.getStage()).isEqualTo("rollouts");
            assertThat(letter.getOffset()).isZero();
            assertThat(letter.getReason()).contains("expected Assignment", "2 bytes");
        });
    }

    @Test
    void shouldNotAnswerAnAssignmentThatWasTakenBack() throws Exception {
        // Given
        // A curriculum died before it committed, and its successor went on.
        EventLog log = BROKER.newRun("aborted", 1);
        announce(log, 0);
        try (KafkaProducer<String, SpecificRecord> curriculum =
                log.producer(Map.of("transactional.id", "curriculum"))) {
            curriculum.initTransactions();
            curriculum.beginTransaction();
            curriculum.send(new ProducerRecord<>(log.topics().assignments().name(), "q@0", assignment("q@0", 0, 4)));
            curriculum.flush();
            curriculum.abortTransaction();
            curriculum.beginTransaction();
            curriculum.send(new ProducerRecord<>(log.topics().assignments().name(), "q@1", assignment("q@1", 0, 4)));
            curriculum.commitTransaction();
        }
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            // When
            worker.start();

            // Then
            assertThat(await(log, SAMPLES)).extracting(Trajectory::getGroupId).containsOnly("q@1");
        }
    }

    @Test
    void shouldSayWhyWhenAnAssignmentCanNeverBeAnswered() throws Exception {
        // Given
        // A document is missing, an answer needs more positions than the model has, a group more rows than the worker.
        EventLog log = BROKER.newRun("impossible", 1);
        announce(log, 0);
        Assignment nowhere = assignment("q@0", 0, 4);
        nowhere.setDocuments(List.of("no-such-digest"));
        Assignment manySamples = assignment("q@2", 0, 4);
        manySamples.setSamples(ROWS + 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (Assignment each : List.of(nowhere, assignment("q@1", 0, POSITIONS), manySamples)) {
                producer.send(new ProducerRecord<>(log.topics().assignments().name(), each.getGroupId(), each));
            }
        }
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            worker.start();
            List<Trajectory> all = await(log, 2 * SAMPLES + ROWS + 1);
            assertThat(all).extracting(Trajectory::getOutcome).containsOnly(Outcome.INFRASTRUCTURE_FAILED);
            assertThat(reasons(all, "q@0"))
                    .allMatch(reason -> reason.contains("No document with the digest no-such-digest"));
            assertThat(reasons(all, "q@1")).allMatch(reason -> reason.contains(POSITIONS + " positions"));
            assertThat(reasons(all, "q@2")).allMatch(reason -> reason.contains("max-rows is 16"));
        }
    }

    @Test
    void shouldAnswerWithWeightsNoOlderThanTheAssignmentsAdmission() throws Exception {
        EventLog log = BROKER.newRun("admitted", 1);
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            waitsForVersionOne(log, worker);
            announce(log, 1);
            assertThat(versionsOf(await(log, 2 * SAMPLES), "q@1")).containsOnly(1L);
        }
    }

    @Test
    void shouldKeepNoFilesOfReplacedVersionsOpen() throws Exception {
        // Given
        EventLog log = BROKER.newRun("fifty", 1);
        announce(log, 0);
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            worker.start();

            // When
            for (int version = 1; version <= 50; version++) {
                announce(log, version);
                assign(log, List.of("q@" + version), version, 1);
                await(log, version * SAMPLES);
            }

            // Then
            assertThat(openFilesUnder(model)).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(openFilesUnder(model)).isEmpty();
    }

    /** Files below {@code folder} that this process has open. */
    private static List<Path> openFilesUnder(Path folder) throws IOException {
        Path real = folder.toRealPath();
        List<Path> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) { // one that was closed since the listing is gone
                    Path target = Files.readSymbolicLink(descriptor);
                    if (target.startsWith(real)) {
                        open.add(target);
                    }
                }
            }
        }
        return open;
    }

    @Test
    void shouldAnswerNothingWithOlderWeightsWhenItIsClosedWhileItWaitsForThem() throws Exception {
        EventLog log = BROKER.newRun("closed-waiting", 1);
        try (RolloutWorker worker = worker(log, "worker", Duration.ofSeconds(30))) {
            waitsForVersionOne(log, worker);
        }
        announce(log, 1);
        try (RolloutWorker next = worker(log, "next", Duration.ofSeconds(30))) {
            next.start();
            assertThat(versionsOf(await(log, 2 * SAMPLES), "q@1")).containsOnly(1L);
        }
    }

    /** It has answered q@0, so it takes what comes; now it has q@1, whose answers would fit into one chunk. */
    private static void waitsForVersionOne(EventLog log, RolloutWorker worker) throws Exception {
        announce(log, 0);
        assign(log, List.of("q@0"), 0, 1);
        worker.start();
        await(log, SAMPLES);
        assign(log, List.of("q@1"), 1, 1);
        Thread.sleep(2000);
    }

    /** Looks at weights and assignments after every token. */
    private static RolloutWorker worker(EventLog log, String name, Duration lock) throws Exception {
        return worker(log, name, 1, lock);
    }

    private static RolloutWorker worker(EventLog log, String name, int chunkTokens, Duration lock) throws Exception {
        try (Admin admin = log.admin()) {
            log.topics().assignmentQueue().configure(admin, lock);
        }
        RolloutConfig config =
                new RolloutConfig(4, 2, ROWS, chunkTokens, 64, 1 << 20, OnNewWeights.KEEP, SamplingVersion.NEWEST);
        return WorkerRecords.worker(log, folder, config, name);
    }

    private static void announce(EventLog log, long version) throws Exception {
        WorkerRecords.announce(log, version, "model", digest);
    }

    private static void assign(EventLog log, List<String> groups, long admittedVersion, int maxTokens) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            groups.forEach(group -> producer.send(new ProducerRecord<>(
                    log.topics().assignments().name(), group, assignment(group, admittedVersion, maxTokens))));
        }
    }

    private static Assignment assignment(String group, long admittedVersion, int maxTokens) {
        return WorkerRecords.assignment(group, SAMPLES, admittedVersion, maxTokens)
                .build();
    }

    private static List<String> reasons(List<Trajectory> all, String group) {
        return all.stream()
                .filter(trajectory -> trajectory.getGroupId().equals(group))
                .map(Trajectory::getFailure)
                .toList();
    }
}
