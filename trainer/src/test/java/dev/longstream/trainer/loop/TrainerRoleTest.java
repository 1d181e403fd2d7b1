package dev.longstream.trainer.loop;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.record.Batch;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Demonstration;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.RecordRef;
import dev.longstream.record.Step;
import dev.longstream.record.Trajectory;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.learner.ModelLearners;
import dev.longstream.trainer.learner.TinyPolicy;
import dev.longstream.trainer.objective.Aggregation;
import dev.longstream.trainer.objective.LossSettings;
import dev.longstream.trainer.optimizer.OptimizerSettings;
import dev.longstream.trainer.optimizer.Schedule;
import dev.longstream.trainer.optimizer.WeightDecay;
import dev.longstream.trainer.supervised.DemonstrationOrder;
import dev.longstream.trainer.supervised.SupervisedProgress;
import dev.longstream.trainer.supervised.WarmUp;
import dev.longstream.trainer.supervised.WarmUpConfig;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The trainer with a real policy on a real broker. */
@Timeout(120)
class TrainerRoleTest {
    private static final int STEPS = 4;

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    private static Path temporary;

    private static Path start;

    @BeforeAll
    static void writePolicy() throws IOException {
        start = TinyPolicy.write(temporary.resolve("start"));
    }

    @Test
    void shouldHoldEachVersionOnceInTheLogWhenItIsStoppedAndStartedAgain() throws InterruptedException {
        // Given
        EventLog log = logWithBatches("stopped");
        CountDownLatch second = new CountDownLatch(2);
        // When
        try (TrainerRole role = role(log, "stopped", step -> second.countDown())) {
            role.start();
            second.await();
        }
        Optional<Throwable> failure;
        try (TrainerRole role = role(log, "stopped", step -> {})) {
            role.start();
            failure = waitForEnd(role);
            assertThat(role.finished()).isTrue();
        }
        // Then
        assertThat(failure).isEmpty();
        assertThat(values(log, log.topics().weights()))
                .extracting(Weights::getVersion)
                .containsExactly(0L, 1L, 2L, 3L, 4L);
        List<Step> steps = values(log, log.topics().steps());
        assertThat(steps).extracting(Step::getVersion).containsExactly(1L, 2L, 3L, 4L);
        assertThat(steps).allSatisfy(step -> assertThat(step.getGradientNorm()).isPositive());
    }

    @Test
    void shouldGiveTheSameWeightsWhenTheSameBatchesAreTrainedInAnotherRun() throws InterruptedException {
        List<List<String>> digests = new ArrayList<>();
        for (String run : List.of("once", "twice")) {
            EventLog log = logWithBatches(run);
            try (TrainerRole role = role(log, run, step -> {})) {
                role.start();
                assertThat(waitForEnd(role)).isEmpty();
            }
            digests.add(values(log, log.topics().weights()).stream()
                    .map(Weights::getDigest)
                    .toList());
        }
        assertThat(digests.get(0)).hasSize(STEPS + 1).doesNotHaveDuplicates();
        assertThat(digests.get(1)).isEqualTo(digests.get(0));
    }

    @Test
    void shouldFenceTheTrainerBeforeIt() {
        // Given
        EventLog log = logWithBatches("fenced");
        Weights weights = weights(0);
        try (LogAnnouncements zombie = new LogAnnouncements(log);
                LogAnnouncements current = new LogAnnouncements(log)) {
            // When
            current.announce(Optional.empty(), weights);
            // Then
            assertThatThrownBy(() -> zombie.announce(Optional.empty(), weights))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("another trainer has taken over run fenced");
            assertThat(values(log, log.topics().weights())).containsExactly(weights);
            assertThat(current.newest()).contains(weights);
        }
    }

    @Test
    void shouldGiveNoVersionItsPlaceInTheFolderWhenAnotherTrainerHasBegun() throws Exception {
        // Given
        EventLog log = logWithBatches("late");
        AtomicReference<LogAnnouncements> other = new AtomicReference<>();
        // When
        try (TrainerRole late = role(log, "late", step -> other.set(new LogAnnouncements(log)))) {
            late.start();
            // Then
            assertThat(waitForEnd(late)).hasValueSatisfying(why -> assertThat(why)
                    .hasMessage("Version 2 is not kept: another trainer has taken over run late; this one stops"));
        } finally {
            other.get().close();
        }
        try (Stream<Path> folders = Files.list(temporary.resolve("late/checkpoints"))) {
            assertThat(folders.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder(".lock", "step-000000", "step-000001");
        }
    }

    @Test
    void shouldAnnounceAVersionOnceWhenTheBrokerRefusesATransaction() {
        for (boolean committed : List.of(false, true)) {
            // Given
            EventLog log = BROKER.newRun("refused-" + committed, 3);
            Weights weights = weights(0);
            Iterator<Producer<String, SpecificRecord>> producers =
                    List.of(refused(log, committed), transactional(log)).iterator();
            try (LogAnnouncements announcements = new LogAnnouncements(log, producers::next)) {
                // When
                announcements.announce(Optional.empty(), weights);
                // Then
                assertThat(versions(log, 1)).containsExactly(weights);
                assertThat(producers).isExhausted();
                // And
                announcements.announce(Optional.empty(), weights(1));
                assertThat(versions(log, 2)).containsExactly(weights, weights(1));
            }
        }
    }

    @Test
    void shouldStopWhenABrokerRefusesEveryTransaction() {
        // Given
        EventLog log = BROKER.newRun("always-refused", 3);
        try (LogAnnouncements announcements = new LogAnnouncements(log, () -> refused(log, false))) {
            // Then
            assertThatThrownBy(() -> announcements.announce(Optional.empty(), weights(0)))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("Version 0 could not be announced")
                    .hasMessageContaining("the next start announces it");
            assertThat(values(log, log.topics().weights())).isEmpty();
        }
    }

    @Test
    void shouldNotAnnounceBehindAnotherTrainerWhenItsOwnTransactionWasRefused() {
        // Given
        EventLog log = BROKER.newRun("overtaken", 3);
        Iterator<Producer<String, SpecificRecord>> producers =
                List.of(refused(log, false), transactional(log)).iterator();
        try (LogAnnouncements late = new LogAnnouncements(log, producers::next);
                LogAnnouncements other = new LogAnnouncements(log)) {
            other.announce(Optional.empty(), weights(1));
            // Then
            assertThatThrownBy(() -> late.announce(Optional.empty(), weights(0)))
                    .hasMessageContaining("another trainer has taken over run overtaken");
            assertThat(values(log, log.topics().weights())).containsExactly(weights(1));
        }
    }

    private static Producer<String, SpecificRecord> transactional(EventLog log) {
        return log.producer(Map.of("transactional.id", log.topics().name("trainer")));
    }

    /** A producer whose transactions fail with the broker's word for a wrong state, before or after they were committed. */
    private static Producer<String, SpecificRecord> refused(EventLog log, boolean committed) {
        return new MockProducer<>(true, null, new StringSerializer(), (topic, record) -> new byte[0]) {
            @Override
            public void commitTransaction() {
                if (committed) {
                    try (Producer<String, SpecificRecord> producer = transactional(log)) {
                        producer.initTransactions();
                        producer.beginTransaction();
                        producer.send(
                                new ProducerRecord<>(log.topics().weights().name(), 0, "0", weights(0)));
                        producer.commitTransaction();
                    }
                }
                throw new InvalidTxnStateException("refused");
            }
        };
    }

    private static Weights weights(long version) {
        return Records.weights(version).build();
    }

    @Test
    void shouldSayWhyItStoppedWhenABatchDoesNotFitItsGroups() throws InterruptedException {
        // Given
        EventLog log = BROKER.newRun("unfit", 3);
        FakeLog made = FakeLog.withBatches(1);
        Batch batch = made.batches.firstEntry().getValue();
        try (Producer<String, SpecificRecord> producer = log.producer(Map.of())) {
            copyGroups(log, producer, made, batch);
            batch.getGroups().get(0).setOrdinal(99);
            send(producer, log.topics().batches(), 0, batch);
        }
        // When
        try (TrainerRole role = role(log, "unfit", step -> {})) {
            role.start();
            Optional<Throwable> failure = waitForEnd(role);
            // Then
            assertThat(role.finished()).isFalse();
            assertThat(failure).hasValueSatisfying(why -> assertThat(why)
                    .hasMessageContaining("Batch 0 cannot be trained on")
                    .hasMessageContaining("expected prompt-0@0 (ordinal 99)"));
        }
    }

    @Test
    void shouldWarmUpOnTheDemonstrationsOfTheLog() {
        // Given
        EventLog log = BROKER.newRun("warm-up", 3);
        WarmUpConfig config = new WarmUpConfig(
                6,
                2,
                new OptimizerSettings(0.01, Schedule.COSINE, 0, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1),
                DemonstrationOrder.SHUFFLED,
                Aggregation.SEQUENCE_MEAN,
                100,
                4,
                0,
                1);
        WarmUp warmUp = new WarmUp(config, 1, start, temporary.resolve("warmed"), "config", new ModelLearners());
        assertThatThrownBy(() -> warmUp.run(log, progress -> {}))
                .hasMessageContaining("Topic warm-up.demonstrations is empty, so the warm-up has nothing to imitate");
        try (Producer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (int token = 3; token < 7; token++) {
                Demonstration demonstration = Records.demonstration("prompt-" + token)
                        .setPromptTokens(List.of(1, token))
                        .setAnswerTokens(List.of(token, 2))
                        .build();
                producer.send(new ProducerRecord<>(
                        log.topics().demonstrations().name(), demonstration.getPromptId(), demonstration));
            }
        }
        List<SupervisedProgress> heard = new ArrayList<>();
        // When
        Path model = warmUp.run(log, heard::add).orElseThrow();
        // Then
        assertThat(model).isEqualTo(temporary.resolve("warmed/warm-up/step-000006/model"));
        assertThat(heard.get(5).loss()).isLessThan(heard.get(0).loss());
        heard.clear();
        assertThat(warmUp.run(log, heard::add)).contains(model);
        assertThat(heard).isEmpty(); // it was done
        try (PolicyFolder trained = PolicyFolder.open(model)) {
            assertThat(trained.config().layers()).isEqualTo(2);
        }
    }

    private static Optional<Throwable> waitForEnd(TrainerRole role) throws InterruptedException {
        while (!role.finished() && role.failure().isEmpty()) {
            Thread.sleep(20);
        }
        return role.failure();
    }

    private static TrainerRole role(EventLog log, String run, StepListener listener) {
        TrainerConfig config = new TrainerConfig(
                new OptimizerSettings(0.01, Schedule.CONSTANT, 0, 0.1, 0.9, 0.95, 1e-8, WeightDecay.NONE, 1),
                UpdateSettings.DEFAULT,
                1,
                LossSettings.DEFAULT,
                STEPS,
                new MicroBatchLimits(16, 1024),
                2,
                CheckpointSettings.DEFAULT,
                List.of());
        return new TrainerRole(
                log,
                config,
                AnnouncedFormat.FLOAT32,
                temporary.resolve(run),
                start,
                "config",
                List.of(listener),
                new ModelLearners(1024, Optional.empty()));
    }

    private static EventLog logWithBatches(String run) {
        EventLog log = BROKER.newRun(run, 3);
        FakeLog made = FakeLog.withBatches(STEPS);
        try (Producer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (Batch batch : made.batches.values()) {
                copyGroups(log, producer, made, batch);
                send(producer, log.topics().batches(), 0, batch);
            }
        }
        return log;
    }

    /** Publishes trajectories and groups, and makes the references say where they came to lie. */
    private static void copyGroups(EventLog log, Producer<String, SpecificRecord> producer, FakeLog made, Batch batch) {
        Map<RecordRef, RecordRef> places = new HashMap<>();
        for (BatchGroup entry : batch.getGroups()) {
            Group group = made.groups.get(entry.getGroup());
            for (GroupMember member : group.getMembers()) {
                Trajectory trajectory = made.trajectories.get(member.getTrajectory());
                member.setTrajectory(places.computeIfAbsent(
                        member.getTrajectory(),
                        old -> send(producer, log.topics().trajectories(), old.getPartition(), trajectory)));
            }
            entry.setGroup(send(producer, log.topics().groups(), (int) (group.getOrdinal() % 3), group));
        }
    }

    private static <V extends SpecificRecord> RecordRef send(
            Producer<String, SpecificRecord> producer, Topic<V> topic, int partition, V value) {
        try {
            var place = producer.send(new ProducerRecord<>(topic.name(), partition, "key", value))
                    .get();
            return new RecordRef(place.partition(), place.offset());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A commit is answered before its records can be read. */
    private static List<Weights> versions(EventLog log, int expected) {
        List<Weights> found = values(log, log.topics().weights());
        for (long end = System.nanoTime() + 10_000_000_000L; found.size() < expected && System.nanoTime() < end; ) {
            found = values(log, log.topics().weights());
        }
        return found;
    }
}
