package dev.longstream.producers.following;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.log.EventLog;
import dev.longstream.policy.file.PolicyFolderException;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.producers.WordPolicy;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class WeightsOpenerTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final String GONE = "checkpoints/step-000000/model";
    private static final String PRESENT = "checkpoints/step-000001/model";

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path run;

    private Path weights;
    private String digest;

    @BeforeEach
    void writePolicy() {
        WordPolicy.write(run.resolve(PRESENT));
        weights = run.resolve(PRESENT).resolve("model.safetensors");
        digest = SafeTensors.sha256(weights);
    }

    @Test
    void shouldOpenTheNewestVersionWhenThereAreMoreThanAPollGives() {
        // Given
        EventLog log = BROKER.newRun("many", 1);
        announce(log, GONE, digest, LongStream.range(0, 1200).toArray());
        announce(log, PRESENT, digest, 1200);
        try (WeightsOpener opener = opener(log, Duration.ofMinutes(1))) {
            // When
            try (OpenWeights open = await(opener, -1)) {
                // Then
                assertThat(open.announced().getVersion()).isEqualTo(1200);
            }
        }
    }

    @Test
    void shouldOpenTheNewestVersionWhenAnOlderFolderIsGone() {
        // Given
        EventLog log = BROKER.newRun("replaced", 1);
        announce(log, GONE, digest, 0);
        try (WeightsOpener opener = opener(log, Duration.ofMinutes(1))) {
            assertThat(opener.newerThan(-1, Duration.ofSeconds(5))).isEmpty();
            // When
            announce(log, PRESENT, digest, 1);
            // Then
            try (OpenWeights open = await(opener, -1)) {
                assertThat(open.announced().getVersion()).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldSayWhichFolderIsMissingWhenTheNewestIs() {
        // Given
        EventLog log = BROKER.newRun("missing", 1);
        announce(log, GONE, digest, 0);
        try (WeightsOpener opener = opener(log, Duration.ZERO)) {
            // Then
            assertThatThrownBy(() -> await(opener, -1))
                    .isInstanceOf(PolicyFolderException.class)
                    .hasMessageContaining(run.resolve(GONE).toString());
        }
    }

    @Test
    void shouldOpenAVersionOnlyWhenItsWeightsHaveTheAnnouncedDigest() throws Exception {
        // Given
        // The share still shows an older file.
        EventLog log = BROKER.newRun("late", 1);
        byte[] right = Files.readAllBytes(weights);
        byte[] older = right.clone();
        older[older.length - 1] ^= 1;
        Files.write(weights, older);
        announce(log, PRESENT, digest, 1);
        try (WeightsOpener opener = opener(log, Duration.ofMinutes(1))) {
            assertThat(opener.newerThan(-1, Duration.ofSeconds(5))).isEmpty();
            // When
            Files.write(weights, right);
            // Then
            try (OpenWeights open = await(opener, -1)) {
                assertThat(open.folder().tensors().digest()).isEqualTo(digest);
            }
        }
    }

    @Test
    void shouldNameVersionFolderAndDigestsWhenTheWeightsStayOthers() {
        // Given
        EventLog log = BROKER.newRun("others", 1);
        announce(log, PRESENT, "expected", 7);
        try (WeightsOpener opener = opener(log, Duration.ZERO)) {
            // Then
            assertThatThrownBy(() -> await(opener, -1))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("Version 7 in " + run.resolve(PRESENT))
                    .hasMessageContaining(digest + ", expected expected");
        }
    }

    @Test
    void shouldRefuseAFolderOutsideTheRun(@TempDir Path elsewhere) {
        // Given
        EventLog log = BROKER.newRun("outside", 1);
        WordPolicy.write(elsewhere);
        announce(log, elsewhere.toUri().toString(), SafeTensors.sha256(elsewhere.resolve("model.safetensors")), 3);
        try (WeightsOpener opener = opener(log, Duration.ZERO)) {
            // Then
            assertThatThrownBy(() -> await(opener, -1))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining(
                            "version 3 on " + log.topics().weights().name())
                    .hasMessageContaining("expected a path below the run's folder " + run);
        }
    }

    @Test
    void shouldMarkAVersionAsReadUntilItIsClosed() throws Exception {
        // Given
        EventLog log = BROKER.newRun("marked", 1);
        announce(log, PRESENT, digest, 1);
        Path step = run.resolve(PRESENT).getParent();
        try (WeightsOpener opener = opener(log, Duration.ofMinutes(1))) {
            // When
            try (OpenWeights open = await(opener, -1)) {
                // Then
                assertThat(marks(step)).hasSize(1);
            }
        }
        assertThat(marks(step)).isEmpty();
    }

    private WeightsOpener opener(EventLog log, Duration patience) {
        return new WeightsOpener(log, new RunFolderFiles(run, log.topics()), new RetryPauses(patience));
    }

    private static OpenWeights await(WeightsOpener opener, long version) {
        while (true) {
            Optional<OpenWeights> open = opener.newerThan(version, PATIENCE);
            if (open.isPresent()) {
                return open.get();
            }
        }
    }

    private static List<Path> marks(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(".in-use-"))
                    .toList();
        }
    }

    private static void announce(EventLog log, String uri, String digest, long... versions) {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            for (long version : versions) {
                producer.send(new ProducerRecord<>(
                        log.topics().weights().name(),
                        Long.toString(version),
                        Records.weights(version).setUri(uri).setDigest(digest).build()));
            }
        }
    }
}
