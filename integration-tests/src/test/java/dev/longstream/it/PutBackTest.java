package dev.longstream.it;

import dev.longstream.failure.UnusableInputException;
import dev.longstream.failure.WrongUseException;
import dev.longstream.log.EventLog;
import dev.longstream.log.Role;
import dev.longstream.log.Topic;
import dev.longstream.record.Batch;
import dev.longstream.record.Trajectory;
import dev.longstream.rewards.ScoringConfig;
import dev.longstream.runs.audit.Ledger;
import dev.longstream.runs.audit.LogAudit;
import dev.longstream.runs.letters.Letter;
import dev.longstream.runs.letters.Letters;
import dev.longstream.runs.letters.PutBack;
import dev.longstream.streams.Stages;
import dev.longstream.streams.StreamsRuntime;
import dev.longstream.streams.advantage.AdvantageConfig;
import dev.longstream.streams.advantage.PhaseAdvantages;
import dev.longstream.streams.batching.BatchingConfig;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static dev.longstream.testing.TestBroker.awaitValues;
import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A damaged answer in the middle of a run, repaired and put back on its topic. */
class PutBackTest {
    private static final PhaseAdvantages ADVANTAGES = PhaseAdvantages.always(AdvantageConfig.DEFAULT);

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @TempDir
    Path folder;

    @Test
    void shouldCompleteTheGroupWhenARepairedAnswerIsPutBack() throws Exception {
        // Given
        EventLog log = BROKER.newRun("damaged", 2);
        StreamsRuntime runtime = new StreamsRuntime(folder);
        try (Role scoring = Stages.scoring(log, ScoringConfig.DEFAULT, null, "digest", runtime);
                Role grouping = Stages.grouping(log, ADVANTAGES, "digest", runtime);
                Role batching = Stages.batching(log, new BatchingConfig(1, ADVANTAGES), "digest", runtime)) {
            List.of(scoring, grouping, batching).forEach(Role::start);
            send(log, "p0@0", answer("p0@0", 0));
            sendBytes(log, "p0@0", new byte[] {0, 0, 0, 0, 1, 7});
            send(log, "p1@1", answer("p1@1", 0));
            send(log, "p1@1", answer("p1@1", 1));
            awaitValues(log, log.topics().groups(), 1);
            Letter letter = awaitLetter(log);
            assertThat(values(log, log.topics().batches())).isEmpty();
            // When
            PutBack repair = new PutBack(log);
            assertThatThrownBy(() -> repair.publish(letter.offset(), null, null))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("--file");
            assertThatThrownBy(() -> repair.publish(letter.offset(), "{\"run\": \"damaged\"}", null))
                    .isInstanceOf(UnusableInputException.class)
                    .hasMessageContaining("Trajectory.groupId is missing");
            repair.publish(letter.offset(), answer("p0@0", 1).toString(), null);
            // Then
            assertThat(awaitValues(log, log.topics().batches(), 2))
                    .extracting(Batch::getBatch)
                    .containsExactly(0L, 1L);
            assertThat(Letters.of(log)).singleElement().satisfies(found -> assertThat(found.putBack())
                    .isPresent());
            assertThatThrownBy(() ->
                            repair.publish(letter.offset(), answer("p0@0", 1).toString(), null))
                    .isInstanceOf(WrongUseException.class)
                    .hasMessageContaining("was put back before");
            Ledger ledger = LogAudit.of(log);
            assertThat(ledger.closes()).as(String.join("\n", ledger.lines())).isTrue();
            assertThat(ledger.generated().records()).isEqualTo(5);
            assertThat(ledger.notes())
                    .anyMatch(note -> note.startsWith("1 records of trajectories cannot be decoded"))
                    .anyMatch(note -> note.startsWith("1 records were refused by a stage, 1 of them"));
        }
    }

    @Test
    void shouldNameTheForeignRecordsOfEveryTopic() throws Exception {
        // Given
        EventLog log = BROKER.newRun("foreign", 1);
        try (KafkaProducer<String, byte[]> producer = bytes(log)) {
            for (Topic<?> topic : log.topics().all()) {
                producer.send(new ProducerRecord<>(topic.name(), "key", new byte[] {1, 2}))
                        .get();
            }
        }
        // When
        Ledger ledger = LogAudit.of(log);
        // Then
        assertThat(ledger.notes())
                .hasSize(log.topics().all().size())
                .allMatch(note -> note.startsWith("1 records of ") && note.endsWith("at partition:offset 0:0"));
    }

    private static Trajectory answer(String group, int sample) {
        return Records.trajectory(group, sample)
                .setText(sample == 0 ? "The answer is Ghent." : "The answer is Bruges.")
                .build();
    }

    private static void send(EventLog log, String key, Trajectory answer) throws Exception {
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of())) {
            producer.send(new ProducerRecord<>(log.topics().trajectories().name(), key, answer))
                    .get();
        }
    }

    private static void sendBytes(EventLog log, String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = bytes(log)) {
            producer.send(new ProducerRecord<>(log.topics().trajectories().name(), key, value))
                    .get();
        }
    }

    private static KafkaProducer<String, byte[]> bytes(EventLog log) {
        return new KafkaProducer<>(log.clientSettings(), new StringSerializer(), new ByteArraySerializer());
    }

    private static Letter awaitLetter(EventLog log) {
        awaitValues(log, log.topics().deadLetters(), 1);
        return Letters.of(log).get(0);
    }
}
