package dev.longstream.producers.following;

import dev.longstream.log.EventLog;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.producers.WordPolicy;
import dev.longstream.record.Weights;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WeightsFollowerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    static Path folder;

    private static Path present;

    @BeforeAll
    static void writePolicy() {
        present = folder.resolve("present");
        WordPolicy.write(present);
    }

    @Test
    void shouldKnowTheNewestVersionWhenThereAreMoreThanAPollGives() {
        // Given
        EventLog log = BROKER.newRun("many", 1);
        announce(log, folder.resolve("gone"), LongStream.range(0, 1200).toArray());
        announce(log, present, 1200);
        try (WeightsFollower follower = new WeightsFollower(log)) {
            // When
            Weights newest = follower.newest(PATIENCE).orElseThrow();
            // Then
            assertThat(newest.getVersion()).isEqualTo(1200);
            try (OpenWeights open = follower.open(newest)) {
                assertThat(open.announced()).isEqualTo(newest);
            }
        }
    }

    @Test
    void shouldOpenTheNewestVersionWhenAnOlderFolderIsGone() {
        // Given
        EventLog log = BROKER.newRun("replaced", 1);
        announce(log, folder.resolve("gone"), 0);
        try (WeightsFollower follower = new WeightsFollower(log)) {
            Weights old = follower.newest(PATIENCE).orElseThrow();
            announce(log, present, 1);
            // When
            try (OpenWeights open = follower.open(old)) {
                // Then
                assertThat(open.announced().getVersion()).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldSayWhichFolderIsMissingWhenTheNewestIs() {
        // Given
        EventLog log = BROKER.newRun("missing", 1);
        announce(log, folder.resolve("gone"), 0);
        try (WeightsFollower follower = new WeightsFollower(log)) {
            Weights only = follower.newest(PATIENCE).orElseThrow();
            // Then
            assertThatThrownBy(() -> follower.open(only))
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining("gone");
        }
    }

    private static void announce(EventLog log, Path model, long... versions) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (long version : versions) {
                Weights weights = Records.weights(version)
                        .setUri(model.toUri().toString())
                        .build();
                producer.send(new ProducerRecord<>(log.topics().weights().name(), Long.toString(version), weights));
            }
        }
    }
}
