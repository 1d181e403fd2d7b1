package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.record.Outcome;
import dev.longstream.record.Trajectory;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class AbandonedAssignmentsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldFailTheMissingAnswersOfWhatTheBrokerDeliversNoMore() throws Exception {
        // Given
        EventLog log = BROKER.newRun("abandoned", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of("transactional.id", "curriculum"));
                Admin admin = log.admin();
                PipelineState.Follower pipeline = new PipelineState.Follower(log, 1)) {
            producer.initTransactions();
            for (String group : List.of("p0@0", "p1@1", "p2@2")) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(
                                log.topics().assignments().name(),
                                group,
                                Records.assignment(group).build()))
                        .get();
                producer.commitTransaction(); // as the curriculum does
            }
            producer.beginTransaction();
            for (String answered : List.of("p1@1", "p2@2")) {
                producer.send(new ProducerRecord<>(
                        log.topics().trajectories().name(),
                        answered,
                        Records.trajectory(answered, 0).build()));
            }
            producer.commitTransaction();
            AbandonedAssignments abandoned = new AbandonedAssignments(log, admin, "digest");
            assertThat(abandoned.fail(pipeline)).as("without workers").isZero();
            rejectAll(log);
            // When
            int failed = 0;
            for (long deadline = System.nanoTime() + PATIENCE.toNanos(); failed < 4 && System.nanoTime() < deadline; ) {
                failed += abandoned.fail(pipeline); // the broker tells the state of the group some time later
            }
            // Then
            assertThat(values(log, log.topics().trajectories()).stream().skip(2))
                    .extracting(Trajectory::getGroupId, Trajectory::getSampleIndex, Trajectory::getOutcome)
                    .containsExactly(
                            tuple("p0@0", 0, Outcome.INFRASTRUCTURE_FAILED),
                            tuple("p0@0", 1, Outcome.INFRASTRUCTURE_FAILED),
                            tuple("p1@1", 1, Outcome.INFRASTRUCTURE_FAILED),
                            tuple("p2@2", 1, Outcome.INFRASTRUCTURE_FAILED));
            assertThat(abandoned.fail(pipeline)).as("a second time").isZero();
        }
    }

    /** Lets the broker archive the assignments, as after the last of their deliveries. */
    private static void rejectAll(EventLog log) {
        String group = log.topics().name("rollouts");
        try (ShareConsumer<String, byte[]> worker = log.shareConsumer(group, Map.of())) {
            worker.subscribe(List.of(log.topics().assignments().name()));
            int[] taken = {0};
            for (long deadline = System.nanoTime() + PATIENCE.toNanos();
                    taken[0] < 3 && System.nanoTime() < deadline; ) {
                worker.poll(Duration.ofMillis(200)).forEach(record -> {
                    worker.acknowledge(record, AcknowledgeType.REJECT);
                    taken[0]++;
                });
                worker.commitSync();
            }
        }
    }
}
