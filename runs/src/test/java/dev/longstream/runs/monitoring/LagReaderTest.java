package dev.longstream.runs.monitoring;

import dev.longstream.log.EventLog;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class LagReaderTest {
    private static final long LONG_AGO = 1_000_000_000_000L;

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldCountWhatAGroupHasNotCommittedWithTheAgeOfTheFirst() throws Exception {
        // Given
        EventLog log = BROKER.newRun("behind", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (int i = 0; i < 3; i++) {
                send(
                        producer,
                        log.topics().trajectories().name(),
                        LONG_AGO,
                        Records.trajectory("q@" + i, 0).build());
            }
        }
        commit(log, "behind.scoring", log.topics().trajectories().name(), 1);
        try (LagReader reader = new LagReader(log)) {
            // When
            LagReader.Place place = reader.read(
                    new ReadPosition.Committed("behind.scoring", log.topics().trajectories()));
            // Then
            assertThat(place.position()).isEqualTo(1);
            assertThat(place.lags()).containsOnlyKeys("trajectories");
            assertThat(place.lags().get("trajectories").records()).isEqualTo(2);
            assertThat(place.lags().get("trajectories").ageSeconds())
                    .isGreaterThan((System.currentTimeMillis() - LONG_AGO) / 1000.0 - 3600);
            assertThat(place.waiting()).isEqualTo("2 records wait on trajectories");
        }
    }

    @Test
    void shouldHaveNoLagWhenOnlyTheMarkerOfATransactionIsLeft() throws Exception {
        // Given
        EventLog log = BROKER.newRun("marked", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of("transactional.id", "marked"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(
                    log.topics().scored().name(),
                    "q@1",
                    Records.scored("q@1", 0).build()));
            producer.commitTransaction();
        }
        commit(log, "marked.grouping", log.topics().scored().name(), 1);
        try (LagReader reader = new LagReader(log)) {
            // When
            LagReader.Place place = reader.read(
                    new ReadPosition.Committed("marked.grouping", log.topics().scored()));
            // Then
            assertThat(place.lags()).isEqualTo(Map.of("scored", new LagReader.Lag(0, 0)));
            assertThat(place.waiting()).isEmpty();
        }
    }

    @Test
    void shouldCountAQueueFromItsBeginningBeforeAWorkerHasJoined() throws Exception {
        // Given
        EventLog log = BROKER.newRun("queued", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            send(
                    producer,
                    log.topics().assignments().name(),
                    LONG_AGO,
                    Records.assignment("q@1").build());
        }
        try (LagReader reader = new LagReader(log)) {
            // When
            LagReader.Place place = reader.read(new ReadPosition.Shared(
                    log.topics().assignmentQueue().group(), log.topics().assignments()));
            // Then
            assertThat(place.lags().get("assignments").records()).isEqualTo(1);
        }
    }

    @Test
    void shouldCountFromTheOffsetThatARoleKeepsItself() throws Exception {
        // Given
        EventLog log = BROKER.newRun("kept", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (int i = 0; i < 3; i++) {
                send(
                        producer,
                        log.topics().steps().name(),
                        LONG_AGO,
                        Records.step(i + 1).build());
            }
        }
        try (LagReader reader = new LagReader(log)) {
            // Then
            assertThat(reader.read(new ReadPosition.Kept(log.topics().steps(), () -> 1))
                            .lags()
                            .get("steps")
                            .records())
                    .isEqualTo(2);
            assertThat(reader.read(new ReadPosition.Kept(log.topics().steps(), () -> -1))
                            .lags()
                            .get("steps")
                            .records())
                    .isZero();
        }
    }

    private static void send(
            KafkaProducer<String, SpecificRecord> producer, String topic, long timestamp, SpecificRecord record)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, 0, timestamp, "key", record)).get();
    }

    private static void commit(EventLog log, String group, String topic, long offset) throws Exception {
        try (Admin admin = log.admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }
}
