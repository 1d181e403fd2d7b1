package dev.longstream.runs.watch;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topic;
import dev.longstream.record.ControlCommand;
import dev.longstream.runs.config.RunConfig;
import dev.longstream.testing.Records;
import dev.longstream.testing.TestBroker;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterWatchTest {
    private static final RunConfig CONFIG = RunConfig.DEFAULT;
    private static final int LIMIT = 20 * CONFIG.batchSize();

    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    private final List<String> said = new ArrayList<>();

    @Test
    void shouldSayOnceThatEveryGroupIsRejected() {
        // Given
        EventLog log = BROKER.newRun("rejected", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                ClusterWatch watch = new ClusterWatch(log, CONFIG, "digest", said::add)) {
            send(
                    producer,
                    log.topics().control(),
                    Records.control(ControlCommand.START).setPrompts(5L).build());
            for (int group = 0; group < LIMIT; group++) {
                send(
                        producer,
                        log.topics().rejectedGroups(),
                        Records.group("q@" + group).build());
            }
            watch.lookNow();
            assertThat(said).isEmpty();
            // When
            send(
                    producer,
                    log.topics().rejectedGroups(),
                    Records.group("q@" + LIMIT).build());
            watch.lookNow();
            watch.lookNow();
            // Then
            assertThat(said)
                    .singleElement()
                    .asString()
                    .contains("The last " + (LIMIT + 1) + " groups were rejected", "larger group-size");
        }
    }

    @Test
    void shouldNameEachRecordThatAStageRefused() {
        // Given
        EventLog log = BROKER.newRun("refused", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                ClusterWatch watch = new ClusterWatch(log, CONFIG, "digest", said::add)) {
            send(
                    producer,
                    log.topics().deadLetters(),
                    Records.deadLetter("refused.groups.rejected", 32).build());
            // When
            watch.lookNow();
            // Then
            assertThat(said).singleElement().asString().contains("offset 32", "refused.groups.rejected");
        }
    }

    @Test
    void shouldSayOnceThatTheRunHasEnded() {
        // Given
        EventLog log = BROKER.newRun("ended", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                EndNotice end = new EndNotice(log, 2, said::add)) {
            send(producer, log.topics().steps(), Records.step(1).build());
            send(producer, log.topics().steps(), Records.step(2).build());
            // When
            while (end.look().isEmpty()) {
                Thread.onSpinWait();
            }
            // Then
            assertThat(end.look()).hasValue(2);
            assertThat(said).singleElement().asString().contains("The run has ended: version 2");
        }
    }

    @Test
    void shouldSayWithWhichVersionAStoppedRunHasEnded() {
        // Given
        EventLog log = BROKER.newRun("stopped", 1);
        try (KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                EndNotice end = new EndNotice(log, 9, said::add)) {
            send(producer, log.topics().steps(), Records.step(1).build());
            send(
                    producer,
                    log.topics().control(),
                    Records.control(ControlCommand.STOP).build());
            end.look();
            assertThat(end.look()).isEmpty();
            // When
            send(
                    producer,
                    log.topics().control(),
                    Records.control(ControlCommand.ENDED)
                            .setVersion(1L)
                            .setWhy("it was stopped")
                            .build());
            while (end.look().isEmpty()) {
                Thread.onSpinWait();
            }
            // Then
            assertThat(end.look()).hasValue(1);
            assertThat(said).containsExactly("The run has ended: version 1 is its last, because it was stopped.");
        }
    }

    private static <V extends SpecificRecord> void send(
            KafkaProducer<String, SpecificRecord> producer, Topic<V> topic, V value) {
        producer.send(new ProducerRecord<>(topic.name(), "key", value));
        producer.flush();
    }
}
